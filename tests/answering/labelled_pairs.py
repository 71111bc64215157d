"""The labelled pairs of sentences, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.answering.agreement import Relation, Sentences, distinct, relate
from retrieval.indexing.analyzer import analyze
from retrieval.records import Span
from retrieval.stories.levels import Levels

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder

DATA = Path(__file__).parent / "data"
PARTS = ("development", "held-back")

MEANT = {
    "same": Relation.SAME,
    "number": Relation.DIFFERS,
    "cause": Relation.DIFFERS,
    "date": Relation.DIFFERS,
    "different": Relation.NONE,
    "reprint": Relation.REPRINT,
}

AROUND = {
    "id": (
        "Petugas masih berada di lokasi hingga Rabu siang.",
        "Warga diminta tetap tenang dan menunggu keterangan resmi.",
        "Juru bicara pemerintah belum bersedia berkomentar.",
        "Peristiwa itu ramai dibicarakan di media sosial.",
    ),
    "en": (
        "Officials were still at the scene on Wednesday.",
        "People were asked to stay calm and wait for an official statement.",
        "A spokesman for the government declined to comment.",
        "The news was widely discussed on social media.",
    ),
    "es": (
        "Las autoridades seguían en el lugar el miércoles.",
        "Se pidió calma a la población.",
        "El portavoz del Gobierno no quiso hacer comentarios.",
        "La noticia fue muy comentada en las redes sociales.",
    ),
    "zh": (
        "有关人员周三仍在现场。",
        "当局呼吁民众保持冷静。",
        "政府发言人拒绝置评。",
        "此事在社交媒体上引发热议。",
    ),
    "ar": (
        "وكان المسؤولون لا يزالون في الموقع يوم الأربعاء.",
        "ودعت السلطات السكان إلى الهدوء.",
        "ورفض المتحدث باسم الحكومة التعليق.",
        "وأثار الخبر نقاشا واسعا على مواقع التواصل.",
    ),
}
"""What stands around a sentence in a report: two sentences for one of a pair, two for the other."""


@dataclass(frozen=True)
class Pair:
    """Two sentences as outlets write them, and what they are to each other."""

    label: str
    languages: tuple[str, str]
    one: str
    other: str


def read_pairs(part: str) -> list[Pair]:
    """Read ``development`` or ``held-back``."""
    lines = (DATA / f"agreement-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Pair(row["label"], tuple(row["languages"]), row["one"], row["other"])
        for row in map(json.loads, lines)
    ]


class Judge:
    """Relates pairs as an answer would, the sentences alone or in a report.

    Args:
        embedder: The model.
        levels: What languages' vectors have in common.
    """

    def __init__(self, embedder: Embedder, levels: Levels) -> None:
        self._embedder = embedder
        self._levels = levels

    def sentences(self, pairs: Sequence[Pair], *, alone: bool) -> list[tuple[Sentences, Sentences]]:
        """Return each pair ready to be related."""
        ones = [self._read(pair.one, pair.languages[0], 0, alone) for pair in pairs]
        others = [self._read(pair.other, pair.languages[1], 2, alone) for pair in pairs]
        return list(zip(ones, others, strict=True))

    def relations(self, pairs: Sequence[Pair], *, alone: bool) -> list[Relation]:
        """Return what is made of each pair."""
        return [relate(one, other) for one, other in self.sentences(pairs, alone=alone)]

    def _read(self, text: str, language: str, first: int, alone: bool) -> Sentences:
        before, after = AROUND[language][first : first + 2]
        sentences = [text] if alone else [before, text, after]
        spans, at = [], 0
        for sentence in sentences:
            spans.append(Span(at, at + len(sentence)))
            at += len(sentence) + 1
        whole = " ".join(sentences)
        ((_, vectors),) = self._embedder.embed_passages([whole], [spans])
        own = distinct(vectors, self._levels.of(language))
        row = 0 if alone else 1
        return Sentences([text], [analyze(text)], language, own[row : row + 1])


def scores(
    pairs: Sequence[Pair], relations: Sequence[Relation], is_meant: Callable[[Relation], bool]
) -> tuple[float, float]:
    """Return the precision and the recall of relations of a kind."""
    found = [is_meant(relation) for relation in relations]
    meant = [is_meant(MEANT[pair.label]) for pair in pairs]
    both = sum(a and b for a, b in zip(found, meant, strict=True))
    return both / max(sum(found), 1), both / max(sum(meant), 1)
