"""Every command, button and error, in each language, over HTTP: a walk through the whole bot.

What there is to be walked through is read from the application, from `bot.callbacks` and from the
sources themselves, so that whatever is added is missed here until a step of the walk meets it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.callbacks import Action, pack
from bot.handlers.expected import Wanted
from bot.handlers.prompts import prompt
from bot.parsing.topics import MOST_TOPICS
from bot.playground.local import LocalBotApi
from bot.playground.people import ADMIN, Group, Person
from bot.render.translation import LANGUAGES, translator
from retrieval.errors import StorageBusyError
from retrieval.follow_desk import MOST_FOLLOWED
from retrieval.kabar import Kabar
from tests.bot.conftest import answer_to, wait_until
from tests.bot.test_failures import BrokenLibrary
from tests.bot.walking import Walk, buttons, crawl, sentences
from tests.conftest import LibraryOpener, SettingsFactory

Json = dict[str, Any]

QUESTION = "What happened to the Sekar dam?"
TEXTS = {
    "Dam breaks north of Malanga": (
        timedelta(hours=1),
        "The Sekar dam north of Malanga broke at dawn on Tuesday after three days of rain. "
        "Twelve hundred families were led to schools on higher ground before the water came. "
        "Governor Rina Adelia said that nobody was missing.",
    ),
    "Sekar dam: what is known": (
        timedelta(hours=1),
        "The Sekar dam was built in 1971 and repaired twice. When the Sekar dam burst, the water "
        "reached Malanga within an hour. Engineers had warned of cracks in May.",
    ),
    "Tirana wins the Balkan cup": (
        timedelta(days=9),
        "Tirana won the Balkan volleyball cup on Tuesday by three sets to one against Skopje. "
        "Captain Mira Dode scored 31 points in the final at Ohrid.",
    ),
}
OTHERWISE_TESTED = frozenset(
    {
        # said in the terminal alone, where tests/cli hears them
        *("chat_start", "chat_help", "chat_end"),
        # parts of an answer and no handler's: tests/bot/render and tests/bot/test_asking
        *("library_line", "attribution", "understood", "period"),
    }
)
"""Functions of `bot.render.wording` whose sentences need not be met on the walk."""

_MANY = range(1972, 1972 + MOST_FOLLOWED)

COMMANDS: dict[str, list[str]] = {
    "ask": [QUESTION, "is this true?"],
    "latest": ["dam"],
    "story": ["dam", "999999", "999999999999999999999"],
    "trend": ["dam 7"],
    "digest": ["gibberish of no meaning", "07:30 Asia/Jakarta", "now", "off", "on"],
    "topics": [",,", ", ".join(f"t{n}" for n in range(MOST_TOPICS + 1)), "energy, -crypto"],
    "quiet": ["no hours at all", "22-7", "off"],
    # twice the same; enough to make the next button one too many
    "follow": [QUESTION, QUESTION, *(f"What of the Sekar dam in {n}?" for n in _MANY), "😀"],
    "start": ["ask_" + base64.urlsafe_b64encode(QUESTION.encode()).decode().rstrip("=")],
}
"""With what commands are sent besides alone. A new command that takes words has its line here."""

GARBAGE = {
    Wanted.TIME: "sometime, dear",
    Wanted.ZONE: "Xyzzyland",
    Wanted.DAYS: "blursday",
    Wanted.TOPICS: ", ,",
    Wanted.QUIET: "hardly ever",
}


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def open_news(
    settings: SettingsFactory, open_library: LibraryOpener, tmp_path_factory: Any
) -> Iterator[Callable[[], Kabar]]:
    """Open libraries with the news of today, of the walk's own."""
    file: Path = tmp_path_factory.mktemp("walk") / "news.jsonl"
    lines = [
        {
            "title": title,
            "text": text,
            "source": f"Outlet {number}",
            "language": "en",
            "url": f"https://outlet{number}.example/{number}",
            "published_at": (datetime.now(UTC) - age).isoformat(),
        }
        for number, (title, (age, text)) in enumerate(TEXTS.items())
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    opened: list[Kabar] = []

    def make() -> Kabar:
        kabar = open_library(settings())
        kabar.ingest([file])
        kabar.index_pending()
        kabar.assign_stories()
        opened.append(kabar)
        return kabar

    yield make
    for kabar in opened:
        kabar.close()


@pytest.fixture(scope="module")
def walk(
    patch: pytest.MonkeyPatch,
    open_news: Callable[[], Kabar],
    settings: SettingsFactory,
    open_library: LibraryOpener,
) -> Walk:
    """Walk through everything, in each language."""
    walk = Walk(patch)
    news = open_news()
    with walk.through(news) as api:
        for language in LANGUAGES:
            _walk_alone(api, language)
            _walk_in_company(api, language)
        _walk_where_articles_are_gone(api, news)
    with open_library(settings()) as empty, walk.through(empty) as api:
        for language in LANGUAGES:
            _walk_without_news(api, language)
    _walk_beyond_limits(walk, open_news())
    _walk_as_operator(walk, open_news())
    for failure in (RuntimeError("a bug"), StorageBusyError("The library is locked.")):
        broken: Any = BrokenLibrary(news, failure)
        with walk.through(broken) as api:
            for language in LANGUAGES:
                api.wait_for_reply(api.person("Ana", language).says(QUESTION))
    return walk


def _said(api: LocalBotApi, person: Person, text: str, **content: Any) -> Json:
    return answer_to(api, person.says(text, **content))


def _walk_alone(api: LocalBotApi, language: str) -> None:
    """All that one person can do in private; several do it, since each may write once a second."""
    _send_commands(api, language)
    _send_other_things(api, language)
    _press_buttons(api, language)
    ana = api.person("Ana", language)
    _said(api, ana, "/digest")
    for wanted in Wanted:
        _answer_prompt(api, ana, wanted, GARBAGE[wanted])
    _answer_prompt(api, ana, Wanted.ZONE, "Jakarta")
    api.wait_for_reply(ana.sends(location={"latitude": 27.7, "longitude": 85.3}))


def _send_commands(api: LocalBotApi, language: str) -> None:
    menu = api.wait_for(lambda: api.world.commands.get(("default", "")))
    names = [one["command"] for one in menu]
    for name in ["start", "story", *names, "nosuchcommand"]:
        ana = api.person("Ana", language)
        for words in ["", *COMMANDS.get(name, [])]:
            answer_to(api, ana.says(f"/{name} {words}".strip()))


def _send_other_things(api: LocalBotApi, language: str) -> None:
    ana = api.person("Ana", language)
    asked = ana.says(QUESTION)
    answer = answer_to(api, asked)
    osaka = "What is the price of tea in Osaka"
    for text in (
        *("😀", "word " * 400, f"{osaka}?", f"{osaka} yesterday?"),
        *("Who won the Balkan cup in volleyball yesterday?",),
    ):
        _said(api, ana, text)
    before = answer["text"]
    ana.edits(asked, "Who won the Balkan cup?")
    wait_until(lambda: answer["text"] != before, 20)
    for message in (
        ana.forwards("The Sekar dam burst"),
        ana.forwards("😀"),
        ana.says("https://outlet0.example/0"),
        ana.says("https://unread.example/1"),
        ana.says("is this true?"),
        ana.sends_sticker(),
    ):
        answer_to(api, message)
    typed = ana.types_inline(QUESTION)
    api.wait_for(lambda: typed in api.world.offers, 20)


def _press_buttons(api: LocalBotApi, language: str) -> None:
    """Press all that is shown, and what is shown no more."""
    pressed: set[str] = set()
    for texts in (
        ["/topics a, -b", "/digest"],
        [QUESTION, "/latest", "/start", "/language", f"/follow {QUESTION}", "/following"],
    ):
        ana = api.person("Ana", language)
        for text in texts:
            _said(api, ana, text)
        crawl(api, ana, pressed)
    ana, t = api.person("Ana", language), translator(language)
    answer = _said(api, ana, QUESTION)
    for button in (t("Context"), t("Next quote »"), t("« Quote before")):
        _press(api, ana, answer, button)
    ana = api.person("Ana", language)
    digest = _said(api, ana, "/digest now")
    crawl(api, ana, pressed)
    _said(api, ana, "more 9", reply_to=digest)
    stale = [pack(Action.STORY, 999, 1), pack(Action.LESS, 999, 1), pack(Action.VIEW, 999), "junk"]
    for data in (*stale, pack(Action.EXAMPLE, 999), pack(Action.OFF)):
        _press(api, ana, digest, data)
    answer = _said(api, ana, QUESTION)
    follow = t("Follow")
    before = answer["reply_markup"]
    _press(api, ana, answer, follow)
    _press(api, ana, answer, data_of(before, follow))  # the same again
    for choice in ("no", "yes"):
        _press(api, ana, _said(api, ana, "/forget"), pack(Action.ERASE, choice))


def data_of(markup: Json, label: str) -> str:
    """Return the callback data of a button that may be gone by now."""
    rows = markup["inline_keyboard"]
    return next(str(one["callback_data"]) for row in rows for one in row if one["text"] == label)


def _press(api: LocalBotApi, person: Person, message: Json, button: str) -> None:
    query = person.presses(message, button)
    api.wait_for(lambda: query not in api.world.open_queries, 30, f"an answer to {button}")


def _answer_prompt(api: LocalBotApi, ana: Person, wanted: Wanted, text: str) -> None:
    """Let the bot ask for something, and answer it by a reply."""
    panel = _said(api, ana, "/digest")
    asks = prompt(wanted, translator(ana.user["language_code"]))
    before = len(ana.hears())
    ana.presses(panel, pack(Action.ASK, wanted))
    api.wait_for(lambda: len(ana.hears()) > before and ana.hears()[-1]["text"] == asks)
    _said(api, ana, text, reply_to=ana.hears()[-1])


def _walk_in_company(api: LocalBotApi, language: str) -> None:
    """A group, a forum's topic, and a channel."""
    ana, ben = api.person("Ana", language), api.person("Ben", language)
    group: Group = api.group(privacy_mode=False)
    group.has_admin(ana)
    group.has_member(ben)
    group.adds_the_bot(ana)
    api.wait_for(lambda: any(one["chat"]["id"] == group.id for one in api.written()))
    for text in ("/start", "/help", "/forget", "/language", "/digest 08:00", "/quiet 22-7"):
        _said(api, ben, text, group=group)
    answer = _said(api, ben, f"@KabarTestBot {QUESTION}", group=group)
    _said(api, ben, "and who won the Balkan cup?", group=group, reply_to=answer)
    _said(api, ben, "@KabarTestBot https://outlet0.example/0", group=group)
    claim = ben.says("The dam broke", group=group)
    _said(api, ben, "@KabarTestBot is this true?", group=group, reply_to=claim)
    panel = _said(api, ana, "/digest 08:00", group=group)
    _press(api, ben, panel, pack(Action.OFF))
    _press(api, ana, panel, pack(Action.ASK, Wanted.ZONE))
    asks = prompt(Wanted.ZONE, translator(language))
    asked = api.wait_for(lambda: _with_text(api, group.id, asks))[-1]
    here = {"latitude": 27.7, "longitude": 85.3}
    answer_to(api, ana.sends(group=group, reply_to=asked, location=here))
    ana.sends(group=group, migrate_to_chat_id=api.group().id)
    channel = api.group("Daily")
    channel.chat.json["type"] = "channel"
    channel.has_admin(ana)
    channel.changes_the_bot(ana, {"status": "left"}, ADMIN)
    settings = _posts(api, channel, ana, "/digest 07:30")
    _press(api, ana, settings, pack(Action.LANGUAGE, language))
    _press(api, ana, settings, pack(Action.ASK, Wanted.TIME))
    _posts(api, channel, ana, "/follow")


def _posts(api: LocalBotApi, channel: Group, admin: Person, text: str) -> Json:
    """Post a command in a channel; return the bot's answer."""
    length = len(text.split(maxsplit=1)[0])
    with api.world.change():
        post = api.world.add_message(
            channel.chat,
            admin.user,
            text=text,
            entities=[{"type": "bot_command", "offset": 0, "length": length}],
            sender_chat=channel.chat.json,
        )
        api.world.push("channel_post", {key: post[key] for key in post if key != "from"})
    return answer_to(api, post)


def _with_text(api: LocalBotApi, chat_id: int, text: str) -> list[Json]:
    return [
        one for one in api.written() if one["chat"]["id"] == chat_id and one.get("text") == text
    ]


def _walk_where_articles_are_gone(api: LocalBotApi, news: Kabar) -> None:
    """Buttons of answers whose articles are deleted meanwhile."""
    people = [api.person("Ana", language) for language in LANGUAGES]
    answers = [_said(api, ana, QUESTION) for ana in people]
    news.delete(article.id for article in news.latest(100))
    for ana, answer in zip(people, answers, strict=True):
        _press(api, ana, answer, translator(ana.user["language_code"])("Context"))


def _walk_without_news(api: LocalBotApi, language: str) -> None:
    ana = api.person("Ana", language)
    for text in (QUESTION, "/latest", "/trend dam", "/start", "/sources"):
        _said(api, ana, text)


def _walk_beyond_limits(walk: Walk, news: Kabar) -> None:
    """One question too many in a minute, in a day, and one message too many."""
    for setting in ("KABAR_QUESTIONS_PER_MINUTE", "KABAR_QUESTIONS_PER_DAY"):
        with walk.through(news, **{setting: 1}) as api:
            for language in LANGUAGES:
                ana = api.person("Ana", language)
                for _ in range(2):
                    _said(api, ana, QUESTION)
    with walk.through(news, flood=1) as api:
        for language in LANGUAGES:
            ana = api.person("Ana", language)
            for _ in range(2):
                _said(api, ana, "/help")


def _walk_as_operator(walk: Walk, news: Kabar) -> None:
    for language in LANGUAGES:
        ids = "1000001"
        with walk.through(news, KABAR_ADMIN_IDS=ids) as api:
            ana = _person_with_id(api, int(ids), language)
            for text in ("/feeds", "/addfeed", "/removefeed", "/help"):
                _said(api, ana, text)
            _said(api, ana, "https://127.0.0.1/a")
            wait_until(lambda: not news.inbox.pending_updates(), 30)


def _person_with_id(api: LocalBotApi, user_id: int, language: str) -> Person:
    """Somebody whose id is known before the bot starts."""
    with api.world.change():
        person = api.person("Ana", language)
        chat = api.world.chats.pop(person.id)
        chat.json["id"] = person.user["id"] = person.id = user_id
        api.world.chats[user_id] = chat
        return person


# -- what must have been met ---------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_handler_answered(walk: Walk, language: str) -> None:
    missing = sorted(walk.handlers - walk.ran[language])
    assert not missing, (
        f"Nobody who speaks {language!r} reached these handlers over HTTP: {missing}. Add a step "
        "that does to the walk in this file (a command that takes words: to COMMANDS)."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_was_pressed(walk: Walk, language: str) -> None:
    missing = sorted(buttons() - walk.pressed[language])
    assert not missing, (
        f"Nobody who speaks {language!r} pressed these buttons: {missing}. Let the walk in this "
        "file bring up a message that has them (`crawl` presses all that it is shown)."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_handlers_say_was_said(walk: Walk, language: str) -> None:
    must = sentences("handlers") | sentences("render/wording.py", OTHERWISE_TESTED)
    missing = {where: said for said, where in must.items() if not walk.says(said, language)}
    assert not missing, (
        f"These sentences reached nobody who speaks {language!r} over HTTP: {missing}. Add a step "
        "that brings each up to the walk in this file."
    )


def test_the_walk_would_miss_what_nobody_met(walk: Walk) -> None:
    assert not walk.says("This is said nowhere in {place}.", "en")
    assert "dance" not in walk.pressed["en"]
    assert all(name.startswith(("/", "message ")) or "Handler →" in name for name in walk.handlers)
