"""The frozen lower layers' output for each example, worked out once and kept in one file.

Always true: what is kept is float16, rows end to end, and a row is read only once it was written;
a run that was killed goes on with what is there. The first epoch fills the file, the later ones
read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.answering.pairs import Pair, PairEncoder
from retrieval.indexing.bundled_model import ONNX_FILE
from retrieval.indexing.onnx_graph import WHOLE
from training.data import Example

HIDDEN = 384


class Rows:
    """Tokenized examples.

    Args:
        examples: The examples.
        model: The unpacked bundled model's folder.
    """

    def __init__(self, examples: Sequence[Example], model: Path) -> None:
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        encoder = PairEncoder(tokenizer)
        self.examples = list(examples)
        self.pairs: list[Pair] = [
            encoder.encode(example.question, [example.passage])[0] for example in examples
        ]
        self.padding = encoder.padding
        self.lengths = np.array([len(pair.ids) for pair in self.pairs])
        self.targets = np.array(
            [_target(e, p) for e, p in zip(self.examples, self.pairs, strict=True)]
        ).reshape(-1, 2)
        """int, shape (examples, 2): the answer's first and last token; 0, 0 for none."""


def _target(example: Example, pair: Pair) -> tuple[int, int]:
    if example.start < 0:
        return 0, 0
    inside = (pair.offsets[:, 1] > example.start) & (pair.offsets[:, 0] < example.end)
    places = np.flatnonzero(inside)
    if not len(places):
        return 0, 0
    return pair.first + int(places[0]), pair.first + int(places[-1])


class Trunk:
    """The lower layers, with what they gave kept in a file.

    Args:
        rows: The examples.
        model: The unpacked bundled model's folder.
        cache: The file to keep it in.
        threads: Threads of one pass.
    """

    def __init__(self, rows: Rows, model: Path, cache: Path, threads: int) -> None:
        self._rows = rows
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            model / ONNX_FILE, options, providers=["CPUExecutionProvider"]
        )
        self._starts = np.concatenate([[0], np.cumsum(rows.lengths)])
        shape = (int(self._starts[-1]), HIDDEN)
        exists = cache.exists() and cache.stat().st_size == shape[0] * HIDDEN * 2
        self._kept = np.memmap(cache, np.float16, "r+" if exists else "w+", shape=shape)
        flags = cache.with_suffix(".filled")
        fits = exists and flags.exists() and flags.stat().st_size == len(rows.lengths)
        self._filled = np.memmap(flags, np.uint8, "r+" if fits else "w+", shape=rows.lengths.shape)

    def batch(self, chosen: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return some examples' rows after the lower layers, padded, and which tokens are real.

        Returns:
            float32, shape (n, tokens, hidden), and bool, shape (n, tokens).
        """
        missing = [row for row in chosen if not self._filled[row]]
        if missing:
            self._fill(missing)
        longest = int(self._rows.lengths[list(chosen)].max())
        hidden = np.zeros((len(chosen), longest, HIDDEN), np.float32)
        real = np.zeros((len(chosen), longest), bool)
        for place, row in enumerate(chosen):
            length = int(self._rows.lengths[row])
            hidden[place, :length] = self._kept[self._starts[row] : self._starts[row] + length]
            real[place, :length] = True
        return hidden, real

    def _fill(self, rows: Sequence[int]) -> None:
        longest = int(self._rows.lengths[list(rows)].max())
        ids = np.full((len(rows), longest), self._rows.padding, np.int64)
        mask = np.zeros((len(rows), longest), np.int64)
        for place, row in enumerate(rows):
            tokens = self._rows.pairs[row].ids
            ids[place, : len(tokens)] = tokens
            mask[place, : len(tokens)] = 1
        (hidden,) = self._session.run(
            ["last_hidden_state"],
            {"input_ids": ids, "attention_mask": mask, WHOLE: np.array([False])},
        )
        for place, row in enumerate(rows):
            length = int(self._rows.lengths[row])
            self._kept[self._starts[row] : self._starts[row] + length] = hidden[place, :length]
            self._filled[row] = 1
