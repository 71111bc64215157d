"""How well follow-ups are understood: is the right passage among the first three?

A conversation is a question, and what is asked after its answer, about short articles that were
written for it (`tests/data/follow_ups`), in a library with those of FacQA. The same follow-up is
searched for bare, too. Questions that stand on their own must be left alone: FacQA's, each asked
after another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from retrieval.conversation.follow_ups import searched_for
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Answer, Ask, Asked, Turn
from retrieval.settings import RetrievalSettings
from tests.benchmarks.table import Row

FOLDER = Path(__file__).parents[1] / "data" / "follow_ups"
FIRST = 3
Json = dict[str, Any]


class FollowUps:
    """Measures over the conversations.

    Args:
        data: The folder with ``facqa/``.
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, data: Path, work: Path, models: Path) -> None:
        self._facqa = data / "facqa"
        self._settings = {"KABAR_DATA_DIR": work / "follow-ups", "KABAR_MODEL_DIR": models}

    def rows(self) -> Iterator[Row]:
        """Measure, a row at a time."""
        with open_kabar(RetrievalSettings.from_env(**self._settings)) as kabar:
            kabar.ingest([FOLDER / "articles.jsonl", self._facqa / "articles.jsonl"])
            kabar.index_pending()
            known = _lines(FOLDER / "questions.jsonl")
            later = _lines(FOLDER / "held_back.jsonl")
            yield from _measured(kabar, "follow-ups", known, [0.80])
            for part in ("seen", "unseen"):
                chosen = [one for one in later if one["part"] == part]
                yield from _measured(kabar, f"follow-ups held back, {part}", chosen, [0.80])
        questions = [one["question"] for one in _lines(self._facqa / "questions-valid.jsonl")]
        left = [
            searched_for(question, [_asked(before)]) is None
            for before, question in pairwise(questions)
        ]
        yield Row(
            f"FacQA, {len(left)} questions after another: left alone",
            [sum(left) / len(left)],
            [0.98],
        )


def _measured(
    kabar: Kabar, what: str, conversations: list[Json], floor: list[float]
) -> Iterator[Row]:
    turns = [_turn(kabar, one["question"]) for one in conversations]
    ranks = [
        (_rank(kabar, _meant(one, turn), one), _rank(kabar, one["follow_up"], one))
        for one, turn in zip(conversations, turns, strict=True)
    ]
    for language in ("en", "id"):
        of = [
            rank
            for one, rank in zip(conversations, ranks, strict=True)
            if one["language"] == language
        ]
        yield Row(f"{what}, {len(of)} in {language}: R@3 after their turn / bare", _shares(of))
    yield Row(f"{what}, {len(ranks)}: R@3 after their turn / bare", _shares(ranks), floor)


def _meant(one: Json, turn: Turn) -> str:
    return searched_for(one["follow_up"], [turn]) or one["follow_up"]


def _turn(kabar: Kabar, question: str) -> Turn:
    (answer,) = kabar.ask_many([Ask(question, asked=Asked(1, 1))])
    assert isinstance(answer, Answer)
    assert answer.turn is not None
    return answer.turn


def _asked(question: str) -> Turn:
    return Turn(1, 1, question, datetime.now(UTC), question)


def _rank(kabar: Kabar, query: str, one: Json) -> int:
    hits = kabar.search(query, FIRST).hits
    for rank, hit in enumerate(hits, start=1):
        if hit.article.id == one["article"] and one["answer"] in hit.text:
            return rank
    return FIRST + 1


def _shares(ranks: list[tuple[int, int]]) -> list[float]:
    return [sum(rank[way] <= FIRST for rank in ranks) / len(ranks) for way in (0, 1)]


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
