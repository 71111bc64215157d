"""`kabar feedback export`: verdicts, a line each."""

from __future__ import annotations

import json

from retrieval.kabar import Kabar
from retrieval.records import Answer, Ask, Asked, Verdict
from tests.cli.conftest import Command
from tests.conftest import SEEDS


def test_feedback_is_exported_without_whose_it_is(reader: Command, reading_library: Kabar) -> None:
    reader("ingest", SEEDS, "--quiet")
    assert reader("feedback", "export").out == ""
    ask = Ask("who did Putin call?", asked=Asked(4711, 4711, 1))
    (answer,) = reading_library.ask_many([ask])
    assert isinstance(answer, Answer)
    assert answer.turn is not None
    assert answer.turn.id is not None
    reading_library.conversations.rate(answer.turn.id, 4711, Verdict.BAD)
    outcome = reader("feedback", "export")
    assert "4711" not in outcome.out
    given = json.loads(outcome.out)
    assert (given["verdict"], given["question"]) == ("bad", ask.question)
    assert given["passages"]
    quote = given["quotes"][0]
    article = reading_library.get_articles([quote["article"]])[quote["article"]]
    assert article.content_hash == quote["version"]
    assert article.text[quote["start"] : quote["end"]] == answer.quotes[0].text
