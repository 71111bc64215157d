"""Questions that are asked while articles are indexed: answered at once, and from what is there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from retrieval.storage.engines import open_storage
from tests.indexing.test_indexer import article

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import KabarFactory

QUESTION = "Siapa wali kota Tarumbek?"
ANSWER = "Wali kota Tarumbek adalah Rani Wibowo."


def test_questions_are_answered_while_articles_are_indexed(
    kabar_factory: KabarFactory, tmp_path: Path
) -> None:
    kabar = kabar_factory(KABAR_DATA_DIR=tmp_path)
    storage = open_storage(tmp_path)
    storage.write_articles([article("known", ANSWER, language="id")])
    kabar.index_pending()
    kabar.warm_up()
    sentence = "Harga beras di pasar naik {} persen sejak Senin, kata para pedagang. "
    storage.write_articles([article(f"new{n}", sentence.format(n) * 40) for n in range(60)])

    enough = threading.Event()
    indexed: list[int] = []
    indexing = threading.Thread(
        target=lambda: indexed.append(kabar.index_pending(stop=enough.is_set))
    )
    indexing.start()
    answers = [kabar.ask(QUESTION) for _ in range(10)]
    # The sixty need half a minute, ten questions less than one.
    assert indexing.is_alive()
    assert [answer.quotes[0].text for answer in answers] == [ANSWER] * 10
    enough.set()
    indexing.join(60)
    assert indexed[0] + len(storage.unindexed_articles(kabar.model, 100)) == 60
    storage.close()
