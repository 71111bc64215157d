"""Texts to vectors: of unit length, alike in any batch and backend, sentences read in context."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ModelError
from retrieval.indexing.embedder import Embedder
from retrieval.indexing.right_of_way import BrokenOffError, Pass
from retrieval.records import Span
from tests.indexing.languages import PASSAGES, QUESTIONS
from tests.unpacking import ROOT, Unpacked

if TYPE_CHECKING:
    from retrieval.kabar import Kabar
    from retrieval.records import Vector, Vectors

SENTENCES = (
    "Presiden Putin menelepon Presiden Erdogan.",
    "Harga beras naik 12 persen di pasar tradisional.",
    "Timnas Indonesia menang 3-1 atas Vietnam.",
)
PASSAGE = " ".join(SENTENCES)
SPANS = [
    Span(PASSAGE.index(sentence), PASSAGE.index(sentence) + len(sentence)) for sentence in SENTENCES
]


def embed(embedder: Embedder, text: str, spans: list[Span]) -> tuple[Vector, Vectors]:
    ((vector, sentence_vectors),) = embedder.embed_passages([text], [spans])
    return vector, sentence_vectors


def assert_unit(vectors: Any) -> None:
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1, atol=1e-5)


def test_a_passage_and_its_sentences_have_vectors_of_unit_length(embedder: Embedder) -> None:
    vector, sentence_vectors = embed(embedder, PASSAGE, SPANS)
    assert vector.shape == (embedder.dimension,) == (384,)
    assert sentence_vectors.shape == (3, 384)
    assert_unit(vector)
    assert_unit(sentence_vectors)


def test_a_question_is_nearest_to_the_sentence_that_is_about_it(embedder: Embedder) -> None:
    _, sentence_vectors = embed(embedder, PASSAGE, SPANS)
    questions = ["Who did Putin call?", "How much did rice prices rise?", "Who won the match?"]
    cosines = embedder.embed_queries(questions) @ sentence_vectors.T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_sentence_is_read_in_its_passage(embedder: Embedder) -> None:
    _, together = embed(embedder, PASSAGE, SPANS)
    _, alone = embed(embedder, SENTENCES[0], [Span(0, len(SENTENCES[0]))])
    assert 0.8 < float(together[0] @ alone[0]) < 0.9999
    assert np.abs(together[0] - together[1]).max() > 0.01


def test_the_one_sentence_of_a_passage_is_near_the_passage(embedder: Embedder) -> None:
    vector, sentence_vectors = embed(embedder, SENTENCES[0], [Span(0, len(SENTENCES[0]))])
    # Less the prompt's tokens and the marks around, which belong to no sentence.
    assert float(vector @ sentence_vectors[0]) > 0.95


@pytest.mark.parametrize("language", ["zh", "ja", "th", "ar", "hi"])
def test_sentences_get_their_own_vectors_in_any_script(embedder: Embedder, language: str) -> None:
    text = PASSAGES[language]
    middle = len(text) // 2
    vector, halves = embed(embedder, text, [Span(0, middle), Span(middle, len(text))])
    assert_unit(halves)
    assert np.abs(halves[0] - halves[1]).max() > 0.01
    assert not np.array_equal(halves[0], vector)


def test_a_passage_without_sentences_has_none(embedder: Embedder) -> None:
    vector, sentence_vectors = embed(embedder, PASSAGE, [])
    assert_unit(vector)
    assert sentence_vectors.shape == (0, 384)


def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert list(embedder.embed_passages([], [])) == []
    assert embedder.embed_queries([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


def test_sentences_beyond_the_window_have_the_passages_vector(embedder: Embedder) -> None:
    text = " ".join([SENTENCES[1]] * 120)
    first, last = Span(0, len(SENTENCES[1])), Span(len(text) - 40, len(text))
    assert embedder.max_tokens == 512
    vector, sentence_vectors = embed(embedder, text, [first, last])
    assert_unit(vector)
    np.testing.assert_array_equal(sentence_vectors[1], vector)
    assert np.abs(sentence_vectors[0] - vector).max() > 0.001


def test_a_batch_gives_what_each_gives_alone(embedder: Embedder) -> None:
    # More passages than are held at once, and of very different lengths.
    texts = [PASSAGE, *(f"Berita {number}." for number in range(128)), PASSAGE * 4, "1", "Ya, ya."]
    spans = [[Span(0, len(text) // 2), Span(len(text) // 2, len(text))] for text in texts]
    together = list(embedder.embed_passages(texts, spans))
    assert len(together) == len(texts) > 128
    for index in (0, 5, 127, 128, 129, 130, 131):
        vector, sentence_vectors = embed(embedder, texts[index], spans[index])
        assert float(vector @ together[index][0]) > 0.9995
        np.testing.assert_array_less(0.9995, (sentence_vectors * together[index][1]).sum(axis=1))


def test_passages_that_questions_break_off_have_the_vectors_they_have_alone(
    embedder: Embedder,
) -> None:
    texts = [PASSAGE * 3, PASSAGE * 2, PASSAGE, "Ya."]
    spans = [SPANS] * 3 + [[Span(0, 3)]]
    alone = list(embedder.embed_passages(texts, spans))
    with ThreadPoolExecutor(1) as reading:
        for _ in range(3):
            together = reading.submit(lambda: list(embedder.embed_passages(texts, spans)))
            while not together.done():
                assert_unit(embedder.embed_queries(["Siapa yang menelepon Erdogan?"]))
                time.sleep(0.01)
            for (vector, parts), (other, others) in zip(alone, together.result(), strict=True):
                assert float(vector @ other) > 0.9999
                np.testing.assert_allclose(parts, others, atol=1e-3)


def test_a_forward_pass_ends_when_a_question_comes(unpacked: Unpacked) -> None:
    from retrieval.indexing.onnx_transformer import OnnxTransformer

    transformer = OnnxTransformer(
        unpacked.folder / "onnx" / "model.onnx",
        unpacked.folder / "tokenizer.json",
        max_seq_length=512,
    )
    features = transformer.preprocess([PASSAGE * 20] * 16)
    running = Pass()
    with ThreadPoolExecutor(1) as asking:
        asking.submit(lambda: (time.sleep(0.02), running.break_off()))
        with pytest.raises(BrokenOffError):
            transformer.forward(features, running=running)
    with pytest.raises(BrokenOffError):
        transformer.forward(features, running=running)
    few = transformer.preprocess(["Ya."])
    assert transformer.forward(few, running=Pass())["token_embeddings"].shape[-1] == 384


def test_questions_asked_together_have_the_vectors_they_have_alone(embedder: Embedder) -> None:
    together = embedder.embed_queries(list(QUESTIONS.values()))
    assert together.shape == (len(QUESTIONS), 384)
    assert_unit(together)
    alone = np.concatenate([embedder.embed_queries([text]) for text in QUESTIONS.values()])
    np.testing.assert_array_less(0.9995, (together * alone).sum(axis=1))


def test_questions_and_passages_have_prompts_of_their_own(embedder: Embedder) -> None:
    question = embedder.embed_queries([PASSAGE])[0]
    passage, _ = embed(embedder, PASSAGE, [])
    assert 0.8 < float(question @ passage) < 0.999


def test_tokens_are_counted_without_special_ones_up_to_the_window(embedder: Embedder) -> None:
    assert embedder.count_tokens(["", "Putin", "Putin menelepon"]) == [0, 1, 4]
    (short, long) = embedder.count_tokens([PASSAGE, PASSAGE * 100])
    assert 20 < short < 60
    assert long == embedder.max_tokens


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=25, deadline=None)
def test_any_text_has_vectors(embedder: Embedder, text: str) -> None:
    middle = len(text) // 2
    vector, halves = embed(embedder, text, [Span(0, middle), Span(middle, len(text))])
    assert_unit(vector)
    assert_unit(halves)
    assert_unit(embedder.embed_queries([text]))


def test_a_model_computes_in_as_many_threads_as_are_set(kabar: Kabar, embedder: Embedder) -> None:
    import torch

    for opened in (kabar.embedder, embedder):
        options = opened._model[0]._session.get_session_options()
        assert options.intra_op_num_threads == 1
    assert torch.get_num_threads() == 1


# -- another model ---------------------------------------------------------------------------


def test_a_model_from_a_folder_gives_the_same_vectors_and_sentence_vectors(
    embedder: Embedder, torch_embedder: Embedder
) -> None:
    texts = [PASSAGE, *PASSAGES.values()]
    spans = [SPANS, *([Span(0, len(text) // 2)] for text in PASSAGES.values())]
    pairs = zip(
        embedder.embed_passages(texts, spans),
        torch_embedder.embed_passages(texts, spans),
        strict=True,
    )
    for text, ((vector, ours), (other, theirs)) in zip(texts, pairs, strict=True):
        assert float(vector @ other) > 0.999, text
        assert ours.shape == theirs.shape
        assert (ours * theirs).sum(axis=1).min() > 0.998, text
    questions = list(QUESTIONS.values())
    same = (embedder.embed_queries(questions) * torch_embedder.embed_queries(questions)).sum(axis=1)
    assert same.min() > 0.999
    assert embedder.count_tokens(texts) == torch_embedder.count_tokens(texts)
    assert torch_embedder.max_tokens == embedder.max_tokens


def test_a_model_that_is_nowhere_is_told_with_the_settings_name() -> None:
    with pytest.raises(ModelError, match=r"'/no/such/model' cannot be opened; .*KABAR_EMBEDDING"):
        Embedder("/no/such/model", Path("unused"))


def test_a_folder_without_a_model_is_told_with_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="KABAR_EMBEDDING_MODEL"):
        Embedder(str(tmp_path), Path("unused"))


OFFLINE = """
import socket, sys
from pathlib import Path

def refuse(*_):
    sys.exit("the network was asked for")

socket.getaddrinfo = socket.socket.connect = refuse
from retrieval.indexing.embedder import Embedder
print(Embedder("bundled", Path(sys.argv[1])).embed_queries(["Kabar?"]).shape)
"""


def test_the_bundled_model_opens_without_the_network(unpacked: Unpacked) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(unpacked.models)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "(1, 384)"), done.stderr


@pytest.mark.parametrize(
    "damaged",
    ["onnx/model.onnx", "tokenizer.json", "config.json", "config_sentence_transformers.json"],
)
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00\xff"])
def test_an_unpacked_model_that_was_damaged_is_told_with_what_to_delete(
    unpacked: Unpacked, tmp_path: Path, damaged: str, content: bytes | None
) -> None:
    folder = tmp_path / unpacked.folder.name
    shutil.copytree(
        unpacked.folder,
        folder,
        copy_function=lambda source, target: Path(target).symlink_to(source),
    )
    (folder / damaged).unlink()
    if content is not None:
        (folder / damaged).write_bytes(content)
    with pytest.raises(
        ModelError, match="is damaged; delete that folder and start again"
    ) as caught:
        Embedder("bundled", tmp_path)
    assert str(folder) in str(caught.value)
