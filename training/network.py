"""The part that is trained: the trunk's upper layers and three heads, in torch.

Weights have the names and shapes of the shipped file (`retrieval/answering/reader_file.py`), so
that what was trained is saved as it is: ``lN.q.w`` and so on as in the bundled model's file, and
``start``, ``end``, ``relevance`` of the heads.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, WIDE, HEADS, EPSILON = 384, 1536, 12, 1e-12
_LONG = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.q, self.k, self.v, self.ao = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.fi, self.fo = nn.Linear(HIDDEN, WIDE), nn.Linear(WIDE, HIDDEN)
        self.aln, self.oln = (nn.LayerNorm(HIDDEN, eps=EPSILON) for _ in range(2))
        self.dropout = dropout

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return hidden states, shape (batch, tokens, hidden)."""
        rows, tokens, _ = hidden.shape

        def heads(values: Tensor) -> Tensor:
            return values.view(rows, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            heads(self.q(hidden)), heads(self.k(hidden)), heads(self.v(hidden)), attn_mask=bias
        )
        attended = self.ao(attended.transpose(1, 2).reshape(rows, tokens, HIDDEN))
        hidden = self.aln(hidden + functional.dropout(attended, self.dropout, self.training))
        wide = self.fo(functional.gelu(self.fi(hidden)))
        wide = functional.dropout(wide, self.dropout, self.training)
        return cast(Tensor, self.oln(hidden + wide))


class Network(nn.Module):
    """Upper layers and heads.

    Args:
        first: The first layer's number in the trunk.
        layers: The trunk's layers.
        dropout: Of each block's output.
    """

    def __init__(self, first: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.first = first
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers - first))
        self.start, self.end, self.relevance = (nn.Linear(HIDDEN, 1) for _ in range(3))
        for head in (self.start, self.end, self.relevance):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, hidden: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return starts and ends, shape (batch, tokens), and relevance, shape (batch,)."""
        bias = torch.zeros(real.shape, dtype=hidden.dtype).masked_fill(~real, -1e4)[:, None, None]
        if torch.is_autocast_enabled("cpu"):
            bias = bias.to(torch.bfloat16)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        starts = self.start(hidden).squeeze(-1).float().masked_fill(~real, -1e4)
        ends = self.end(hidden).squeeze(-1).float().masked_fill(~real, -1e4)
        return starts, ends, self.relevance(hidden[:, 0]).squeeze(-1).float()

    def take_trunk(self, model: Path) -> None:
        """Start from the bundled model's own upper layers."""
        weights = load_file(str(model / "model.safetensors"))
        for number, layer in enumerate(self.layers, start=self.first):
            state = {
                f"{short}.{part}": weights[f"encoder.layer.{number}.{long}.{part}"].float()
                for short, long in _LONG.items()
                for part in ("weight", "bias")
            }
            layer.load_state_dict(state)

    def shipped(self) -> dict[str, Tensor]:
        """Return float16 weights under the names of the shipped file."""
        found = {}
        for number, layer in enumerate(self.layers, start=self.first):
            for name, values in layer.state_dict().items():
                short, part = name.split(".")
                found[f"l{number}.{short}.{part[0]}"] = values.half().contiguous()
        for name in ("start", "end", "relevance"):
            for part, values in getattr(self, name).state_dict().items():
                found[f"{name}.{part[0]}"] = values.half().contiguous()
        return found
