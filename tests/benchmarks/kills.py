"""What twenty kills in the middle of a conversation do: the process is killed and started again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.playground.local import LocalBotApi
from retrieval.kabar import open_kabar
from retrieval.settings import RetrievalSettings
from tests.benchmarks.table import Row
from tests.bot.kills import Killing

SEEDS = Path(__file__).parents[2] / "seeds"
KILLS = 20


class Kills:
    """The rows of the kills.

    Args:
        work: A folder to work in.
        models: Where the embedding model is unpacked.
    """

    def __init__(self, work: Path, models: Path) -> None:
        self._library = work / "kills"
        self._models = models

    def rows(self) -> Iterator[Row]:
        """Measure."""
        made = RetrievalSettings.from_env(
            KABAR_DATA_DIR=self._library, KABAR_MODEL_DIR=self._models
        )
        with open_kabar(made) as kabar:
            kabar.ingest([SEEDS])
            kabar.index_pending()
        (self._library / "models").symlink_to(self._models, target_is_directory=True)
        with LocalBotApi() as api:
            tally = Killing(api, self._library, self._library / "log").run(KILLS)
        yield Row(
            f"{KILLS} kills amid a conversation: messages, kills", (tally.asked, KILLS), digits=0
        )
        yield Row("kills: messages without an answer", (tally.unanswered,), (0,), True, 0)
        yield Row(
            "kills: answered twice and not in flight at a kill", (tally.beyond,), (0,), True, 0
        )
        yield Row(
            "kills: in flight in one chat at a kill, at most",
            (tally.most_in_a_chat,),
            (1,),
            True,
            0,
        )
        yield Row(
            "kills: answered twice, of those in flight",
            (tally.twice, sum(tally.in_flight)),
            digits=0,
        )
