"""`kabar digest`: what would come, sending one, and how it stands."""

from __future__ import annotations

from retrieval.kabar import Kabar
from retrieval.records import Preferences
from tests.cli.conftest import ARTICLE_KEYS, SENTENCE, Command
from tests.conftest import SEEDS

CHAT = 77


def test_a_preview_tells_the_stories_with_quotes_that_are_slices(
    reader: Command, reading_library: Kabar
) -> None:
    reader("ingest", SEEDS, "--quiet")
    (story,) = reader("digest", "preview", "--topics", "Turkey, -badminton", "--json").json[
        "stories"
    ]
    assert {*story} == {
        *("headline", "quote", "articles", "independent_sources", "score", "update"),
    }
    quote = story["quote"]
    assert SENTENCE in quote["text"]
    assert {*quote["article"]} == ARTICLE_KEYS
    article = reading_library.get_articles([quote["article"]["id"]])[quote["article"]["id"]]
    assert article.text[quote["start"] : quote["end"]] == quote["text"]
    assert story["articles"][0]["id"] == quote["article"]["id"]
    shown = reader("digest", "preview").out
    assert shown.startswith("1. Presiden Putin")
    assert SENTENCE in shown


def test_what_is_left_out_is_not_told(reader: Command) -> None:
    reader("ingest", SEEDS, "--quiet")
    preview = reader("digest", "preview", "--topics", "-Putin calls Erdogan", "--json")
    assert preview.json == {"stories": []}


def test_a_digest_is_put_into_the_outbox_and_counted(
    reader: Command, reading_library: Kabar
) -> None:
    reader("ingest", SEEDS, "--quiet")
    assert reader("digest", "send", "--chat", "78").failed_with_one_sentence(2)
    assert reader("digest", "preview", "--chat", "78").failed_with_one_sentence(2)
    reading_library.digests.subscribe(CHAT, Preferences())
    try:
        assert "waits for chat 77" in reader("digest", "send", "--chat", str(CHAT)).out
        status = reader("digest", "status", "--json").json
        assert (status["subscribers"], status["active"], status["paused"]) == (1, 1, 0)
        (day,) = status["days"]
        assert (day["due"], day["sent"], day["failed"], day["in_doubt"]) == (1, 0, 0, 0)
        assert "1 due" in reader("digest", "status").out
        # What waits for it was told: it is not told again.
        again = reader("digest", "preview", "--chat", str(CHAT))
        assert again.out.startswith("There is nothing new to tell")
        reading_library.digests.pause(CHAT, "bot was blocked by the user")
        assert reader("digest", "send", "--chat", str(CHAT)).failed_with_one_sentence(1)
    finally:
        reading_library.digests.forget(CHAT)


def test_a_topic_without_words_is_refused_in_a_sentence(reader: Command) -> None:
    assert reader("digest", "preview", "--topics", "energy, -").failed_with_one_sentence(2)
