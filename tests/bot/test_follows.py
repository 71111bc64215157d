"""Following questions over real HTTP: asked for, told, listed and stopped, in both languages."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render import wording
from bot.render.translation import LANGUAGES, Translator, translator
from retrieval.kabar import Kabar
from retrieval.records import BETWEEN_UPDATES, Ask, DeliveryState, Followed, Preferences
from tests.bot.conftest import BotStarter, answer_to, wait_until
from tests.bot.test_digest_membership import becomes
from tests.conftest import LibraryOpener, SettingsFactory

Json = dict[str, Any]

_SHIPS = itertools.cycle(("Anggrek", "Bahtera", "Cempaka", "Dahlia", "Edelweis", "Flamboyan"))
_numbers = itertools.count()


class News:
    """A library with a clock that is moved by hand, and a ship for each test."""

    def __init__(self, kabar: Kabar, folder: Path) -> None:
        self.kabar = kabar
        self._folder = folder
        self.ship = ""
        self.written: list[str] = []

    @property
    def question(self) -> str:
        return f"How many people died when the ferry {self.ship} sank?"

    def read(self, text: str) -> str:
        """Read an article about the test's ship, a while later; return its words."""
        clock.now += timedelta(minutes=5)
        text = text.replace("SHIP", self.ship)
        number = next(_numbers)
        row = {
            "id": f"article-{number}",
            "title": f"Ferry {self.ship}",
            "text": text,
            "source": f"Outlet {number}",
            "url": f"https://outlet{number}.example/ferry",
            "published_at": clock.now.isoformat(),
        }
        self.written.append(f"article-{number}")
        path = self._folder / f"{number}.jsonl"
        path.write_text(json.dumps(row), encoding="utf-8")
        self.kabar.ingest([path])
        self.kabar.index_pending()
        clock.now += timedelta(minutes=5)
        return text

    def sinks(self) -> str:
        return self.read(
            "The ferry SHIP sank off Sulawesi on Saturday with 212 people aboard, and 14 people "
            "died. The sea was rough, rescuers said."
        )

    def rises(self) -> str:
        return self.read(
            "The number of people who died when the ferry SHIP sank rose to 31 on Monday. Divers "
            "had reached its lower deck."
        )

    def told(self, api: LocalBotApi, person: Person) -> Json:
        """Look at what is followed; return the update that a person is sent."""
        before = len(person.hears())
        self.kabar.follows.plan()  # the bot looks by itself as well, now and then
        api.wait_for(lambda: len(person.hears()) > before, 60, "the update")
        update = person.hears()[-1]
        kept: Json = api.world.chats[update["chat"]["id"]].messages[update["message_id"]]
        return kept


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


clock = Clock()


@pytest.fixture(scope="module")
def library(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[News]:
    with open_library(settings(), clock) as kabar:
        yield News(kabar, tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="module")
def bot(shared_api: LocalBotApi, library: News) -> Iterator[BotStarter]:
    starter = BotStarter(shared_api, library.kabar)
    starter()
    yield starter
    starter.stop()


@pytest.fixture
def news(library: News, bot: BotStarter) -> Iterator[News]:
    clock.now = clock.now.replace(hour=9) + timedelta(days=1)
    library.ship = next(_SHIPS)
    yield library
    library.kabar.delete(library.written)
    library.written.clear()
    storage, never = library.kabar._storage, clock.now + timedelta(days=1)
    for follow in storage.due_follows(never, never, 1_000):
        storage.remove_follow(follow.id or 0)


@pytest.fixture(params=LANGUAGES)
def t(request: Any) -> Translator:
    return translator(request.param)


@pytest.fixture
def ana(shared_api: LocalBotApi, t: Translator) -> Person:
    return shared_api.person("Ana", t.language)


def labels(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


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


def test_a_question_is_followed_by_a_button_and_told_when_there_is_something_new(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    news.sinks()
    answer = answer_to(shared_api, ana.says(news.question))
    assert t("Follow") in labels(answer)
    for became in (Followed.NEW, Followed.KNOWN):
        heard = said(shared_api, ana.presses(answer, t("Follow")))
        assert heard == wording.followed_briefly(became, 20, t)
    rose = news.rises()
    update = news.told(shared_api, ana)
    assert update["text"].startswith(t("🔔 Update: {question}", question=news.question))
    assert rose.partition(". ")[0] in update["text"]
    assert "died. The sea" not in update["text"]
    links = [one["url"] for one in update["entities"] if one["type"] == "text_link"]
    assert "#:~:text=" in links[0]
    assert t("Stop following") in labels(update)
    assert t("Follow") not in labels(update)


def test_an_updates_buttons_and_replies_work_as_an_answers(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))
    news.sinks()
    update = news.told(shared_api, ana)
    before = update["text"]
    ana.presses(update, t("Context"))
    wait_until(lambda: update["text"] != before)
    ana.presses(update, t("« Back to the answer"))
    wait_until(lambda: update["text"] == before)
    assert t("Stop following") in labels(update)
    assert said(shared_api, ana.presses(update, "👍")) == t("Thank you, that helps.")
    wait_until(lambda: news.kabar.conversations.turns(ana.id, ana.id)[0].reply_id)
    further = shared_api.wait_for_reply(ana.says("when was that?", reply_to=update))
    assert t("Searched: {question}", question="").strip() in further["text"]
    assert news.ship in further["text"]
    heard = said(shared_api, ana.presses(update, t("Stop following")))
    assert heard == t("That question is followed no longer.")
    assert news.kabar.follows.following(ana.id) == []
    again = said(shared_api, ana.presses(update, t("Stop following")))
    assert again == heard


def test_what_nothing_answers_yet_can_be_followed(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    answer = answer_to(shared_api, ana.says("Who is the new king of Atlantis?"))
    assert labels(answer) == [t("Tell me when there is something")]
    ana.presses(answer, t("Tell me when there is something"))
    wait_until(lambda: news.kabar.follows.following(ana.id))
    told = news.read("The new king of Atlantis is Nereus IV, the palace said.")
    assert told in news.told(shared_api, ana)["text"]


def test_follow_takes_a_question_the_last_one_or_the_answer_replied_to(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    usage = shared_api.wait_for_reply(ana.says("/follow"))["text"]
    assert usage == wording.follow_usage(t)
    news.sinks()
    answer = shared_api.wait_for_reply(ana.says(news.question))
    shared_api.wait_for_reply(ana.says("Who is the new king of Atlantis?"))
    shared_api.wait_for_reply(ana.says("/follow"))
    shared_api.wait_for_reply(ana.says("/follow", reply_to=answer))
    confirmed = shared_api.wait_for_reply(ana.says("/follow who owns the port of Batam?"))["text"]
    assert "who owns the port of Batam?" in confirmed
    assert "/following" in confirmed
    no_words = shared_api.wait_for_reply(ana.says("/follow ?!"))["text"]
    assert no_words == wording.no_words(t)
    followed = [each.question for each in news.kabar.follows.following(ana.id)]
    assert followed[:2] == ["Who is the new king of Atlantis?", news.question]
    assert len(followed) == 3
    again = shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))["text"]
    assert again == t("I follow that already: {question}", question=news.question)


def test_following_lists_and_removes_in_place(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    questions = ("<b>who</b> & why?", "where?", "what is that?")
    for question in questions:
        shared_api.wait_for_reply(ana.says(f"/follow {question}"))
    shown = answer_to(shared_api, ana.says("/following"))
    assert all(question in shown["text"] for question in questions)
    assert labels(shown) == ["✕ 1", "✕ 2", "✕ 3"]
    ana.presses(shown, "✕ 2")
    wait_until(lambda: len(labels(shown)) == 2)
    assert "where?" not in shown["text"]
    for _ in range(2):
        count = len(labels(shown))
        ana.presses(shown, "✕ 1")
        wait_until(lambda expected=count - 1: len(labels(shown)) == expected)
    empty = shared_api.wait_for_reply(ana.says("/following"))
    assert empty["text"] == shown["text"]


def test_no_more_can_be_followed_than_twenty(
    shared_api: LocalBotApi, news: News, ana: Person, t: Translator
) -> None:
    for number in range(20):
        news.kabar.follows.follow(Ask(f"question {number}?"), chat_id=ana.id, user_id=ana.id)
    answer = shared_api.wait_for_reply(ana.says("/follow one more?"))
    assert answer["text"] == wording.followed_briefly(Followed.TOO_MANY, 20, t)
    shown = shared_api.wait_for_reply(ana.says("/following"))
    assert len(labels(shown)) == 20


def test_two_articles_within_the_hour_are_one_message_and_the_night_is_silent(
    shared_api: LocalBotApi, news: News
) -> None:
    ana = shared_api.person("Ana")
    news.kabar.digests.change(ana.id, Preferences(timezone="UTC"))
    shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))
    news.sinks()
    news.told(shared_api, ana)
    news.rises()
    assert news.kabar.follows.plan().planned == 0
    captain = news.read("The captain said that 40 people died when the ferry SHIP sank.")
    clock.now = clock.now.replace(hour=22) + BETWEEN_UPDATES
    update = news.told(shared_api, ana)
    assert captain in update["text"]
    assert "31 on Monday" in update["text"]
    calls = [
        call
        for call in shared_api.calls("sendMessage")
        if call.params.text("chat_id") == str(ana.id)
    ]
    assert [call.params.get("disable_notification") for call in calls[-2:]] == [None, "true"]


def test_an_update_that_may_have_arrived_is_not_sent_again(
    shared_api: LocalBotApi, news: News
) -> None:
    ana = shared_api.person("Ana")
    shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))
    news.sinks()
    heard = len(ana.hears())
    shared_api.faults.fail("sendMessage", 502, "Bad Gateway", chat_id=ana.id)
    news.kabar.follows.plan()
    storage = news.kabar._storage
    wait_until(
        lambda: any(
            DeliveryState.IN_DOUBT in day.states
            for day in storage.digest_days(clock.now.date(), updates=True)
        )
    )
    clock.now += BETWEEN_UPDATES
    assert news.kabar.follows.plan().planned == 0
    assert len(ana.hears()) <= heard + 1


def test_who_blocks_the_bot_is_told_nothing_until_it_may_write_again(
    shared_api: LocalBotApi, news: News
) -> None:
    ana = shared_api.person("Ana")
    shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))
    (follow,) = news.kabar.follows.following(ana.id)
    ana.blocks_the_bot()
    news.sinks()
    kept = news.kabar.follows
    kept.plan()
    wait_until(lambda: kept.get(follow.id or 0, ana.id).paused)  # type: ignore[union-attr]
    news.rises()
    assert kept.plan().planned == 0
    ana.chat.refusal = None
    becomes(shared_api, ana.chat.json, ana, "member")
    wait_until(lambda: not kept.get(follow.id or 0, ana.id).paused)  # type: ignore[union-attr]
    captain = news.read("The captain said that 40 people died when the ferry SHIP sank.")
    clock.now += BETWEEN_UPDATES
    assert captain in news.told(shared_api, ana)["text"]


def test_in_a_group_the_follower_or_an_admin_ends_it(shared_api: LocalBotApi, news: News) -> None:
    ana, ben, eve = (shared_api.person(name) for name in ("Ana", "Ben", "Eve"))
    group = shared_api.group("Sailors")
    group.has_admin(eve)
    for person in (ana, ana, ben):
        question = f"/follow {news.question} {person.id} {next(_numbers)}"
        shared_api.wait_for_reply(person.says(question, group=group))
    shown = answer_to(shared_api, ben.says("/following", group=group))
    t = translator("en")
    refused = said(shared_api, ben.presses(shown, "✕ 1"))
    assert refused == t("Only admins of this chat can change that.")
    assert said(shared_api, ana.presses(shown, "✕ 1")) == t("That question is followed no longer.")
    wait_until(lambda: len(labels(shown)) == 2)
    eve.presses(shown, "✕ 1")
    wait_until(lambda: len(labels(shown)) == 1)
    (left,) = news.kabar.follows.following(group.id)
    assert left.user_id == ben.id


def test_what_was_followed_is_told_after_a_restart(
    shared_api: LocalBotApi, news: News, bot: BotStarter
) -> None:
    """The tick of the bot itself, which looks at once when it starts."""
    ana = shared_api.person("Ana")
    shared_api.wait_for_reply(ana.says(f"/follow {news.question}"))
    bot.stop()
    news.sinks()
    heard = len(ana.hears())
    bot()
    shared_api.wait_for(lambda: len(ana.hears()) > heard, 60, "the update")
    assert ana.hears()[-1]["text"].startswith("🔔")


def test_a_channel_follows_nothing_and_is_told_so_kindly(
    shared_api: LocalBotApi, news: News
) -> None:
    ana = shared_api.person("Ana")
    channel = shared_api.group("Daily")
    channel.chat.json["type"] = "channel"
    for text in ("/follow who won?", "/following"):
        with shared_api.world.change():
            post = shared_api.world.add_message(
                channel.chat, ana.user, text=text, sender_chat=channel.chat.json
            )
            length = len(text.split(maxsplit=1)[0])
            post["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            said = {key: value for key, value in post.items() if key != "from"}
            shared_api.world.push("channel_post", said)
        answer = shared_api.wait_for_reply(post)
        assert answer["text"] == wording.no_following_here(translator("en"))
    assert news.kabar.follows.following(channel.id) == []
