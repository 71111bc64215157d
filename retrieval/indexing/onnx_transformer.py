"""The bundled model's encoder as a sentence-transformers module that runs in ONNX Runtime.

It takes the place of ``Transformer`` as the first module of a ``SentenceTransformer``, so that
prompts, batching, pooling and normalising remain that library's. Its own ONNX backend needs a
package that does not install beside its present version.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from retrieval.indexing.onnx_graph import WHOLE
from retrieval.indexing.onnx_session import open_session
from retrieval.indexing.right_of_way import BrokenOffError, Pass

if TYPE_CHECKING:
    from numpy.typing import NDArray


class OnnxTransformer(InputModule):
    """Token vectors from an ONNX graph.

    Args:
        graph: The ONNX file, as `retrieval.indexing.onnx_graph` writes it.
        tokenizer_file: The ``tokenizer.json``.
        max_seq_length: Tokens after which a text is cut, the special ones counted.
        padding: The text of the token that fills short rows.
        threads: Threads of one forward pass; 0 lets ONNX Runtime choose.
    """

    forward_kwargs: set[str] = {"running"}  # noqa: RUF012  # the library's way to hand on arguments

    def __init__(
        self,
        graph: Path,
        tokenizer_file: Path,
        *,
        max_seq_length: int,
        padding: str = "<pad>",
        threads: int = 0,
    ) -> None:
        super().__init__()
        self.max_seq_length = max_seq_length
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.enable_truncation(max_seq_length)
        self._pad_id: Any = self.tokenizer.token_to_id(padding)
        self._session = open_session(graph, threads)

    def preprocess(
        self, inputs: Any, prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor]:
        """Tokenize texts, each with the prompt before it, padded to the longest."""
        rows = [
            encoding.ids
            for encoding in self.tokenizer.encode_batch_fast([(prompt or "") + t for t in inputs])
        ]
        # Padded here, not by the tokenizer, which others share who want no padding.
        longest = max(map(len, rows))
        return {
            "input_ids": torch.tensor(
                [row + [self._pad_id] * (longest - len(row)) for row in rows]
            ),
            "attention_mask": torch.tensor(
                [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
            ),
        }

    def forward(
        self, features: dict[str, Any], running: Pass | None = None, **_: Any
    ) -> dict[str, Any]:
        """Add ``token_embeddings``, float32, shape (batch, tokens, hidden).

        Args:
            features: What `preprocess` made.
            running: What may break the pass off.

        Raises:
            BrokenOffError: It was.
        """
        options = onnxruntime.RunOptions()
        if running:
            # ONNX Runtime looks at it between two operations: some 3 ms.
            running.on_break_off(lambda: setattr(options, "terminate", True))
        try:
            (hidden,) = self._session.run(
                ["last_hidden_state"],
                {
                    WHOLE: np.array([True]),
                    **{
                        name: np.ascontiguousarray(features[name].numpy())
                        for name in ("input_ids", "attention_mask")
                    },
                },
                options,
            )
        except Exception as error:  # what a run that was ended raises is not public
            if options.terminate:
                raise BrokenOffError from error
            raise
        features["token_embeddings"] = torch.from_numpy(hidden)
        return features

    def run_shared(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Run the lower layers alone, which the reader goes on from.

        Args:
            ids: Tokens, shape (rows, tokens).
            mask: 1 where a token is real, same shape.

        Returns:
            float32, shape (rows, tokens, hidden).
        """
        (hidden,) = self._session.run(
            ["last_hidden_state"],
            {"input_ids": ids, "attention_mask": mask, WHOLE: np.array([False])},
        )
        return np.asarray(hidden)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Refuse: the folder that this was loaded from is the saved model."""
        raise NotImplementedError("copy the model's folder instead")
