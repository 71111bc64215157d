"""How well news about a followed question is told from what was told before.

`tests/data/follows/updates.jsonl` has followed questions, each with what was told and with later
sentences that say something new or repeat it, in the same language or another. The bars were
chosen on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval.follows.novelty import Novelty
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Quote
from retrieval.settings import RetrievalSettings
from retrieval.stories.levels import Levels
from tests.benchmarks.table import Row

FILE = Path(__file__).parents[1] / "data" / "follows" / "updates.jsonl"
Json = dict[str, Any]


class Updates:
    """Measures over followed questions.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, work: Path, models: Path) -> None:
        self._work = work
        self._settings = {"KABAR_DATA_DIR": work / "updates", "KABAR_MODEL_DIR": models}

    def rows(self) -> Iterator[Row]:
        """Measure, a row at a time."""
        questions = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
        articles = self._work / "updates.jsonl"
        articles.write_text("".join(_articles(questions)), encoding="utf-8")
        with open_kabar(RetrievalSettings.from_env(**self._settings)) as kabar:
            kabar.ingest([articles])
            kabar.index_pending()
            found = [_judged(kabar, number, one) for number, one in enumerate(questions)]
        flat = [each for of_one in found for each in of_one]
        for part, same in (("in one language", True), ("across languages", False)):
            news = [taken for is_news, taken, is_same in flat if is_news and is_same is same]
            repeats = [
                not taken for is_news, taken, is_same in flat if not is_news and is_same is same
            ]
            yield Row(
                f"followed, {part}: {len(news)} news told, {len(repeats)} repeats left out",
                [sum(news) / len(news), sum(repeats) / len(repeats)],
                [0.80, 0.90],
            )


def _articles(questions: list[Json]) -> Iterator[str]:
    for number, one in enumerate(questions):
        for place, (language, text, *_) in enumerate([*one["told"], *one["later"]]):
            row = {"id": f"{number}-{place}", "title": "", "text": text, "language": language}
            yield json.dumps(row, ensure_ascii=False) + "\n"


def _judged(kabar: Kabar, number: int, one: Json) -> list[tuple[bool, bool, bool]]:
    """Return of each later sentence whether it is news, is taken so, and is in the language."""
    levels = Levels(kabar._parts.background.cohort)
    novelty = Novelty(kabar._storage, kabar.model, levels)
    count = len(one["told"]) + len(one["later"])
    articles = kabar.get_articles(f"{number}-{place}" for place in range(count))
    quotes = [
        Quote(articles[f"{number}-{place}"], 0, len(articles[f"{number}-{place}"].text), 1.0)
        for place in range(count)
    ]
    before, later = quotes[: len(one["told"])], quotes[len(one["told"]) :]
    told = novelty.told(one["question"], [quote.key for quote in before])
    return [
        (is_news, bool(novelty.news([quote], told)), language == one["told"][0][0])
        for quote, (language, _, is_news) in zip(later, one["later"], strict=True)
    ]
