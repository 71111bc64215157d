"""The buttons under an answer, pressed over HTTP: pages, context, sources, verdicts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.callbacks import Action, pack
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from retrieval.records import Verdict
from tests.bot.conftest import QUESTION, BotStarter, RunningBot, answer_to, wait_until
from tests.conftest import LibraryOpener, SettingsFactory

Json = dict[str, Any]


@pytest.fixture(params=LANGUAGES)
def person(request: Any, shared_api: LocalBotApi, shared_bot: RunningBot) -> Iterator[Person]:
    return shared_api.person("Ana", request.param)


def asked(api: LocalBotApi, person: Person, question: str = QUESTION) -> Json:
    return answer_to(api, person.says(question))


def said(api: LocalBotApi, query_id: str) -> str:
    """Wait until a press is answered; return what was said in passing."""

    def answers() -> list[str]:
        return [
            call.params.text("text")
            for call in api.calls("answerCallbackQuery")
            if call.params.text("callback_query_id") == query_id and call.status is not None
        ]

    wait_until(answers)
    return answers()[0]


def labels(message: Json) -> list[str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [button["text"] for row in rows for button in row]


def test_context_shows_the_sentences_around_and_goes_back(
    shared_api: LocalBotApi, person: Person, seed: str
) -> None:
    t = translator(person.user["language_code"])
    message = asked(shared_api, person)
    before = message["text"]
    assert said(shared_api, person.presses(message, t("Context"))) == ""
    wait_until(lambda: message["text"] != before)
    bold = [one for one in message["entities"] if one["type"] == "bold"]
    quote = next(one for one in message["entities"] if one["type"] == "blockquote")
    assert message["text"][quote["offset"] : quote["offset"] + quote["length"]] in seed
    assert bold[0]["length"] < quote["length"]
    assert said(shared_api, person.presses(message, t("« Back to the answer"))) == ""
    wait_until(lambda: message["text"] == before)


def test_sources_are_the_storys_other_articles_or_that_there_are_none(
    shared_api: LocalBotApi, person: Person
) -> None:
    t = translator(person.user["language_code"])
    message = asked(shared_api, person)
    person.presses(message, t("Sources"))
    heads = (t("Nobody else that Kabar reads has told it."), t("Others who told this story:"))
    wait_until(lambda: message["text"].startswith(heads))
    assert labels(message) == [t("« Back to the answer")]


def test_a_verdict_is_kept_with_question_and_passages(
    shared_api: LocalBotApi, person: Person, kabar: Kabar
) -> None:
    t = translator(person.user["language_code"])
    message = asked(shared_api, person)
    for button, thanks in (
        ("👍", t("Thank you, that helps.")),
        ("👎", t("Thank you. Kabar will be measured by that.")),
    ):
        assert said(shared_api, person.presses(message, button)) == thanks
    given = [one for one in kabar.conversations.feedback() if one.user_id == person.user["id"]]
    assert [one.verdict for one in given] == [Verdict.BAD]
    assert given[0].question == QUESTION
    assert given[0].quotes
    assert given[0].passage_ids


@pytest.fixture(scope="module")
def harbours(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kabar]:
    """A library in which six outlets tell of six harbours."""
    names = ("Ambon", "Belawan", "Cirebon", "Dumai", "Ende", "Fakfak")
    articles = [
        {
            "title": f"The harbour of {name}",
            "text": f"The harbour of {name} was closed by a storm that broke {number} cranes.",
            "url": f"https://{name.lower()}.example/harbour",
            "source": f"{name} Post",
            "published_at": (datetime.now(UTC) - timedelta(hours=3)).isoformat(),
        }
        for number, name in enumerate(names, start=2)
    ]
    path = tmp_path_factory.mktemp("harbours") / "articles.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in articles), encoding="utf-8")
    with open_library(settings()) as kabar:
        kabar.ingest([path])
        assert kabar.index_pending() == len(names)
        yield kabar


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_quotes_are_pages_of_the_same_message(
    language: str, harbours: Kabar, api: LocalBotApi
) -> None:
    t = translator(language)
    bot = BotStarter(api, harbours)
    bot()
    try:
        person = api.person("Ana", language)
        asked(api, person, "Which harbours were closed by a storm?")
        message = asked(api, person, "why were they closed?")
        first = message["text"]
        searched = t("Searched: {question}", question="").strip()
        assert searched in first
        assert t("More quotes »") in labels(message)
        person.presses(message, t("More quotes »"))
        wait_until(lambda: message["text"] != first)
        assert searched in message["text"]
        assert not set(harbours_in(first)) & set(harbours_in(message["text"]))
        person.presses(message, t("« First quotes"))
        wait_until(lambda: message["text"] == first)
    finally:
        bot.stop()


def harbours_in(text: str) -> list[str]:
    return re.findall(r"harbour of (\w+) was", text)


@pytest.mark.parametrize(
    "data",
    [
        "1|answer",
        "1|answer|x|0",
        "1|answer|1|-1",
        "1|context|999999999999999999999999|0",
        "1|context|9223372036854775807|0",
        "1|good|0",
        "1|follow|x",
        "1|follow|9223372036854775807",
        "1|unfollow",
        "1|unfollow|99999999999999999999999999|list",
        "1|example|999999999",
        "1|view|99999999999999999999999999",
        "1|erase|maybe",
        "1|speak|xx",
        "1|speak",
        "0|answer|1|0",
        "2|good|1",
        "'; DROP TABLE turns; --",
        "\u202e<&>",
        "|" * 64,
    ],
)
def test_forged_buttons_are_answered_kindly(
    shared_api: LocalBotApi, shared_bot: RunningBot, data: str
) -> None:
    eve = shared_api.person("Eve")
    message = asked(shared_api, eve)
    before = message["text"]
    assert said(shared_api, eve.presses(message, data))
    assert message["text"] == before


def test_a_button_of_another_chats_answer_is_nobodys_here(
    shared_api: LocalBotApi, shared_bot: RunningBot, kabar: Kabar
) -> None:
    ana, eve = shared_api.person("Ana"), shared_api.person("Eve")
    theirs = asked(shared_api, ana)
    rows = theirs["reply_markup"]["inline_keyboard"]
    good = next(one["callback_data"] for row in rows for one in row if one["text"] == "👍")
    mine = asked(shared_api, eve)
    assert "too old" in said(shared_api, eve.presses(mine, good))
    assert not [one for one in kabar.conversations.feedback() if one.user_id == eve.user["id"]]


def test_a_press_that_comes_twice_does_what_it_does_once(
    shared_api: LocalBotApi, shared_bot: RunningBot, kabar: Kabar
) -> None:
    ana = shared_api.person("Ana")
    message = asked(shared_api, ana)
    for _ in range(3):
        said(shared_api, ana.presses(message, "👍"))
    given = [one for one in kabar.conversations.feedback() if one.user_id == ana.user["id"]]
    assert len(given) == 1


def test_the_data_of_every_button_is_within_telegrams_bytes() -> None:
    assert len(pack(Action.CONTEXT, 2**63 - 1, 11).encode()) <= 64
