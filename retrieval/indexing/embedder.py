"""Texts to vectors, always through ``sentence_transformers.SentenceTransformer``.

Always true: vectors are float32 and of unit length. A passage and its sentences come from one
forward pass: the passage's vector pools all token vectors, a sentence's vector those of its own
characters, so a sentence is read in its context and costs nothing more. Questions are embedded
at once; passages in small forward passes, between and during which questions have the right of
way.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.indexing.bundled_model import MAX_TOKENS, ONNX_FILE, ensure_bundled_model
from retrieval.indexing.recipe import BUNDLED
from retrieval.indexing.right_of_way import RightOfWay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.indexing.onnx_transformer import OnnxTransformer
    from retrieval.indexing.right_of_way import Pass
    from retrieval.records import Span, Vector, Vectors

logger = logging.getLogger(__name__)

_QUERY_PROMPT = "query"
_PASSAGE_PROMPTS = ("passage", "document")
_PASS_TOKENS = 320
"""Tokens of a forward pass on a processor, padding counted. On two cores two passages of 160
tokens take 43 ms each, eight together as long, one alone 45; short ones gain a quarter."""
_ACCELERATED_PASS_TOKENS = 16 * _PASS_TOKENS
"""The same on a graphics card, which is not full with so few."""
_QUESTIONS_A_PASS = 8
"""On a processor a token costs the same alone and in company, and the library puts texts of like
length together: of 32 questions 100 a second, 8 at a time; all at once, padded alike, 71."""
_WINDOW = 64
"""Passages among which those of like length are put together."""


class Embedder:
    """One embedding model.

    Args:
        model: The setting: ``bundled``, the name of a model on a hub, or a folder.
        models: The folder in which the bundled model is unpacked.
        right_of_way: What questions announce themselves to.
        threads: Threads that it computes with; 0 has one for each core.

    Raises:
        ModelError: The model cannot be found or opened.
    """

    def __init__(
        self,
        model: str,
        models: Path,
        right_of_way: RightOfWay | None = None,
        *,
        threads: int = 0,
    ) -> None:
        self.right_of_way = right_of_way or RightOfWay()
        self._is_bundled = model == BUNDLED
        if self._is_bundled:
            self._model = _open_bundled(ensure_bundled_model(models), threads)
        else:
            self._model = _open_model(model)
        if threads:
            _limit_torch(threads)
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or MAX_TOKENS)
        """Tokens that the model reads of a text; what is beyond does not count."""
        self._passage_prompt = self._prompt(_PASSAGE_PROMPTS)
        self._query_prompt = self._prompt((_QUERY_PROMPT,))
        self._fast_tokenizer = _fast_tokenizer(self._model)
        on_processor = self._model.device.type == "cpu"
        self._pass_tokens = _PASS_TOKENS if on_processor else _ACCELERATED_PASS_TOKENS
        self._questions_a_pass = _QUESTIONS_A_PASS if on_processor else None
        self._can_break_off = "running" in self._model.get_model_kwargs()

    def _prompt(self, names: Sequence[str]) -> str:
        return next(
            (self._model.prompts[name] for name in names if name in self._model.prompts), ""
        )

    def embed_queries(self, questions: Sequence[str]) -> Vectors:
        """Embed questions together.

        Args:
            questions: Texts; what goes beyond the model's window is cut.

        Returns:
            float32, shape (len(questions), d), rows of unit length.
        """
        with self.right_of_way.question():
            vectors = self._model.encode(
                list(questions),
                prompt=self._query_prompt,
                batch_size=self._questions_a_pass or max(len(questions), 1),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32).reshape(-1, self.dimension)

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[Vector, Vectors]]:
        """Embed passages with their sentences.

        Titles are not read with them: a title that stands before every passage of an article
        makes their vectors, and their sentences', hard to tell apart.

        Args:
            texts: The passages.
            sentences: For each passage its sentences, as offsets into the passage.

        Yields:
            The passage's vector, shape (d,), and its sentences' vectors, shape (sentences, d).
        """
        for first in range(0, len(texts), _WINDOW):
            window = slice(first, first + _WINDOW)
            yield from self._embed_window(texts[window], sentences[window])

    def _embed_window(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[tuple[Vector, Vectors]]:
        encodings = self._fast_tokenizer.encode_batch(
            [self._passage_prompt + text for text in texts]
        )
        found: dict[int, tuple[Vector, Vectors]] = {}
        for rows in self._gathered([len(encoding.ids) for encoding in encodings]):
            for row, output in zip(rows, self._pass([texts[row] for row in rows]), strict=True):
                vector = _unit(_to_numpy(output["sentence_embedding"]))
                offsets = np.asarray(encodings[row].offsets) - len(self._passage_prompt)
                tokens = _to_numpy(output["token_embeddings"])[: len(offsets)]
                spans = sentences[row]
                found[row] = vector, _pool_sentences(tokens, offsets[: len(tokens)], spans, vector)
        return [found[row] for row in range(len(texts))]

    def _gathered(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield the rows of each forward pass: those of like length together, longest first."""
        waiting = deque(sorted(range(len(lengths)), key=lambda row: -lengths[row]))
        while waiting:
            rows = [waiting.popleft()]
            # Half while people ask: what a question breaks off is done again.
            limit = self._pass_tokens // (2 if self.right_of_way.is_busy else 1)
            while waiting and (len(rows) + 1) * lengths[rows[0]] <= limit:
                rows.append(waiting.popleft())
            yield rows

    def _pass(self, texts: list[str]) -> list[dict[str, Any]]:
        """Make one forward pass when no question is under way."""

        def make(running: Pass) -> list[dict[str, Any]]:
            outputs: list[dict[str, Any]] = self._model.encode(
                texts,
                prompt=self._passage_prompt,
                batch_size=len(texts),
                output_value=None,
                show_progress_bar=False,
                **({"running": running} if self._can_break_off else {}),
            )
            return outputs

        return self.right_of_way.run(make)

    def trunk(self) -> OnnxTransformer:
        """Return the bundled model's own first module, whose lower layers a reader shares.

        Raises:
            ModelError: Another model embeds.
        """
        if not self._is_bundled:
            raise ModelError("it needs KABAR_EMBEDDING_MODEL=bundled, and another model embeds.")
        trunk: OnnxTransformer = self._model[0]
        return trunk

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, without special ones, at most the window."""
        encodings = self._fast_tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]


def _pool_sentences(
    tokens: NDArray[np.float32],
    offsets: NDArray[np.int64],
    sentences: Sequence[Span],
    passage: Vector,
) -> Vectors:
    """Average the token vectors that lie in each sentence.

    Args:
        tokens: float32, shape (tokens, d).
        offsets: int, shape (tokens, 2), characters of the passage; special ones are empty.
        sentences: Offsets into the passage.
        passage: Stands in for a sentence beyond the model's window.

    Returns:
        float32, shape (len(sentences), d), rows of unit length.
    """
    pooled = np.empty((len(sentences), tokens.shape[1]), np.float32)
    starts, ends = offsets[:, 0], offsets[:, 1]
    real = ends > starts
    for row, (start, end) in enumerate(sentences):
        # A token that carries the blank before a sentence starts one character early.
        inside = real & (ends > start) & (starts < end)
        pooled[row] = _unit(tokens[inside].mean(axis=0)) if inside.any() else passage
    return pooled


def _to_numpy(tensor: Any) -> NDArray[np.float32]:
    """Return a tensor's values as float32, wherever and however the model holds them."""
    return np.asarray(tensor.float().cpu().numpy())


def _unit(vector: NDArray[np.float32]) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def _fast_tokenizer(model: Any) -> Any:
    """Return the model's ``tokenizers.Tokenizer``, which cuts at the window and does not pad."""
    from tokenizers import Tokenizer

    if isinstance(model.tokenizer, Tokenizer):
        return model.tokenizer
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if not isinstance(backend, Tokenizer):
        raise ModelError(
            "The embedding model has no fast tokenizer, which Kabar needs to find sentences in "
            "it; set KABAR_EMBEDDING_MODEL to another one."
        )
    # A copy: transformers sets cutting and padding anew on its own at every call.
    copy = Tokenizer.from_str(backend.to_str())
    copy.enable_truncation(int(model.max_seq_length or MAX_TOKENS))
    copy.no_padding()
    return copy


def _quiet_libraries() -> None:
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


def _limit_torch(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def _open_bundled(folder: Path, threads: int) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    from retrieval.indexing.onnx_transformer import OnnxTransformer

    _quiet_libraries()
    try:
        prompts = _read_json(folder / "config_sentence_transformers.json")["prompts"]
        hidden = _read_json(folder / "config.json")["hidden_size"]
        transformer = OnnxTransformer(
            folder / ONNX_FILE,
            folder / "tokenizer.json",
            max_seq_length=MAX_TOKENS,
            threads=threads,
        )
    except Exception as error:  # tokenizers raises no narrower one, ONNX Runtime many
        raise ModelError(
            f"The unpacked model in {folder} is damaged; delete that folder and start again."
        ) from error
    return SentenceTransformer(
        modules=[transformer, Pooling(hidden), Normalize()], prompts=prompts, device="cpu"
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _open_model(name: str) -> Any:
    from sentence_transformers import SentenceTransformer

    _quiet_libraries()
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be opened; set KABAR_EMBEDDING_MODEL to "
            "`bundled`, to a folder, or to a name that the hub has."
        ) from error
