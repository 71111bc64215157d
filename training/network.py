"""The part that is trained: the trunk's upper layers and three heads, in torch.

Weights have the names and shapes of the shipped file (`retrieval/answering/reader_file.py`):
``lN.q.w`` and so on as in the bundled model's file, and ``start``, ``end``, ``relevance`` of the
heads.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from retrieval.indexing.int8_layers import WEIGHT_STEPS
from retrieval.indexing.reader_network import SCALE

HIDDEN, WIDE, HEADS, EPSILON = 384, 1536, 12, 1e-12
SIZE = HIDDEN // HEADS
_LEAST = -(2**63)
"""Of all 64 bits; torch draws no negative numbers unless told to, so a bit would never be set."""

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
            split = values.view(rows, tokens, HEADS, SIZE).transpose(1, 2)
            return split.reshape(rows * HEADS, tokens, SIZE)

        # Written out: the way back through torch's own for bfloat16 takes five times as long.
        query = heads(self.q(hidden)) * SIZE**-0.5
        scores = torch.baddbmm(
            bias.expand(rows, HEADS, tokens, tokens).reshape(-1, tokens, tokens).to(query.dtype),
            query,
            heads(self.k(hidden)).transpose(1, 2),
        )
        attended = torch.bmm(torch.softmax(scores, -1).to(query.dtype), heads(self.v(hidden)))
        attended = attended.view(rows, HEADS, tokens, SIZE).transpose(1, 2)
        attended = self.ao(attended.reshape(rows, tokens, HIDDEN))
        hidden = self.aln(hidden + self._dropped(attended))
        wide = self.fo(functional.gelu(self.fi(hidden)))
        return cast(Tensor, self.oln(hidden + self._dropped(wide)))

    def _dropped(self, values: Tensor) -> Tensor:
        """Dropout whose mask is made of random bytes, nine times as fast as of floats."""
        if not self.training or not self.dropout:
            return values
        least = round(self.dropout * 256)
        words = torch.empty(values.numel() // 8, dtype=torch.int64).random_(_LEAST, None)
        kept = (words.view(torch.uint8) >= least).view_as(values)
        return values * kept.to(values.dtype) * (256 / (256 - least))


_LEAST_SCALE = 2.0**-14
"""The least float16 of full precision: a row of zeros has a scale, too."""


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
        """Return the weights as the shipped file has them: matrices int8, all else float16."""
        found = {}
        for number, layer in enumerate(self.layers, start=self.first):
            for name, values in layer.state_dict().items():
                short, part = name.split(".")
                shipped = f"l{number}.{short}.{part[0]}"
                if values.ndim != 2:
                    found[shipped] = values.half().contiguous()
                    continue
                # As float16 first, so that what is divided by is what will be multiplied by.
                scale = (values.abs().amax(1) / WEIGHT_STEPS).half().clamp(min=_LEAST_SCALE)
                rounded = (
                    (values / scale.float()[:, None]).round().clamp(-WEIGHT_STEPS, WEIGHT_STEPS)
                )
                found[shipped], found[shipped + SCALE] = rounded.char().contiguous(), scale
        for name in ("start", "end", "relevance"):
            for part, values in getattr(self, name).state_dict().items():
                found[f"{name}.{part[0]}"] = values.half().contiguous()
        return found
