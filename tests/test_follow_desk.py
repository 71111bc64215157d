"""Following a question, over a real library with the real model and a moved clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import QuestionError
from retrieval.follow_desk import MOST_FOLLOWED
from retrieval.follows.novelty import numbers_in
from retrieval.kabar import Kabar
from retrieval.records import (
    BETWEEN_UPDATES,
    Answer,
    Ask,
    Asked,
    Delivery,
    DeliveryState,
    Follow,
    Followed,
    Preferences,
    Settled,
    Turn,
)
from tests.conftest import LibraryOpener, SettingsFactory

QUESTION = "How many people died when the ferry Bahtera sank?"
SANK = (
    "The ferry Bahtera sank off Sulawesi on Saturday with 212 people aboard, and 14 bodies have "
    "been recovered so far. Rescuers said that the sea was rough."
)
ROSE = (
    "The number of people who died when the ferry Bahtera sank rose to 31 on Monday after divers "
    "reached its lower deck. The search goes on."
)
AGAIN = (
    "Fourteen people are known to have died when the ferry Bahtera, with 212 aboard, sank off "
    "Sulawesi on Saturday. Relatives waited in the harbour of Makassar."
)
UNRELATED = "The price of rice fell by a tenth in Java this week, the food agency said on Tuesday."


@dataclass
class World:
    """A library, a clock that is moved by hand, and a chat of the test's own."""

    kabar: Kabar
    folder: Path
    chat: int = 0
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))
    written: list[str] = field(default_factory=list)

    def tick(self, **time: float) -> None:
        self.now += timedelta(**(time or {"minutes": 5}))

    def read(self, *texts: str, source: str | None = None) -> None:
        """Read articles, a while later."""
        self.tick()
        rows = []
        for text in texts:
            identity = f"{self.chat}-{len(self.written)}"
            self.written.append(identity)
            outlet = source or f"Outlet {identity}"
            row = {"id": identity, "title": text[:40], "text": text, "source": outlet}
            rows.append(row | {"published_at": self.now.isoformat()})
        path = self.folder / f"{self.written[-1]}.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        self.kabar.ingest([path])
        self.kabar.index_pending()

    def follow(self, question: str | Turn = QUESTION) -> Follow:
        self.tick()
        asked = Ask(question) if isinstance(question, str) else question
        became, follow = self.kabar.follows.follow(asked, chat_id=self.chat, user_id=self.chat)
        assert became is Followed.NEW
        assert follow is not None
        return follow

    def ask(self, question: str = QUESTION) -> Turn:
        (answer,) = self.kabar.ask_many([Ask(question, asked=Asked(self.chat, self.chat))])
        assert isinstance(answer, Answer)
        assert answer.turn is not None
        return answer.turn

    def plan(self) -> int:
        self.tick()
        return self.kabar.follows.plan().planned

    def send(self) -> list[Delivery]:
        """Send what may be sent; return it."""
        self.tick(seconds=1)
        claimed = self.kabar.digests.claim("me", 9)
        begun = self.kabar.digests.turn_over("me", [], [each.id or 0 for each in claimed])
        settled = [Settled(each, DeliveryState.SENT, each) for each in begun]
        self.kabar.digests.turn_over("me", settled, [])
        return [each for each in claimed if each.id in begun]

    def told(self) -> list[str]:
        """Send what may be sent; return the words that are quoted first."""
        said = []
        for each in self.send():
            turn = self.kabar.conversations.turn(each.turn_id or 0, each.chat_id)
            assert turn is not None
            said.append(self.kabar.conversations.quotes(turn)[0].text)
        return said


@pytest.fixture(scope="module")
def opened(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("articles")
    world: World
    with open_library(settings(), lambda: world.now) as kabar:
        world = World(kabar, folder)
        yield world


@pytest.fixture
def world(opened: World) -> Iterator[World]:
    """An empty library in the morning of a new day, and nobody who follows anything."""
    opened.chat += 1
    opened.now = opened.now.replace(hour=9) + timedelta(days=1)
    yield opened
    for chat in (opened.chat, -opened.chat):
        for follow in opened.kabar.follows.following(chat):
            opened.kabar.follows.stop(follow.id or 0)
    opened.kabar.delete(opened.written)
    opened.written.clear()


def test_a_new_article_that_answers_is_told_once(world: World) -> None:
    world.read(SANK)
    world.follow(world.ask())
    assert world.plan() == 0
    world.read(ROSE, UNRELATED)
    assert world.plan() == 1
    assert world.plan() == 0
    (said,) = world.told()
    assert said in ROSE
    world.tick(hours=2)
    assert world.plan() == 0
    assert world.told() == []


def test_what_was_there_when_the_question_was_followed_is_never_told(world: World) -> None:
    world.read(SANK, ROSE)
    world.follow()
    world.read(UNRELATED)
    assert world.plan() == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SANK, "a reprint"),
        (f"{SANK} Our reporter adds a line of his own.", "a reprint with a line more"),
        (AGAIN, "other words"),
        (UNRELATED, "another subject"),
    ],
)
def test_what_says_nothing_new_is_not_told(world: World, text: str, why: str) -> None:
    world.read(SANK)
    world.follow(world.ask())
    world.read(text)
    assert world.plan() == 0, why


def test_what_repeats_does_not_hide_what_is_new(world: World) -> None:
    world.read(SANK)
    world.follow(world.ask())
    world.read(AGAIN, SANK, ROSE)
    assert world.plan() == 1
    (said,) = world.told()
    assert said in ROSE


def test_a_question_that_nothing_answered_is_told_the_first_answer(world: World) -> None:
    world.read(UNRELATED)
    turn = world.ask()
    assert not turn.answered
    world.follow(turn)
    world.read(SANK)
    assert world.plan() == 1
    (said,) = world.told()
    assert said in SANK


def test_news_in_another_language_is_told_and_a_translation_is_not(world: World) -> None:
    world.read(SANK)
    world.follow(world.ask())
    world.read(
        "Kapal feri Bahtera yang membawa 212 orang tenggelam di lepas pantai Sulawesi pada Sabtu, "
        "dan 14 orang meninggal."
    )
    assert world.plan() == 0
    rose = "Jumlah orang yang tewas ketika feri Bahtera tenggelam bertambah menjadi 31 orang."
    world.read(rose)
    assert world.plan() == 1
    assert world.told() == [rose]


def test_what_comes_within_the_hour_is_told_together_when_it_is_over(world: World) -> None:
    world.follow()
    world.read(SANK)
    world.plan()
    assert len(world.told()) == 1
    world.read(ROSE)
    assert world.plan() == 0
    captain = "The captain said that 40 people died when the ferry Bahtera sank off Sulawesi."
    world.read(captain)
    assert world.plan() == 0
    world.tick(seconds=BETWEEN_UPDATES.total_seconds())
    assert world.plan() == 1
    (update,) = world.send()
    turn = world.kabar.conversations.turn(update.turn_id or 0, world.chat)
    assert turn is not None
    quoted = "".join(quote.text for quote in world.kabar.conversations.quotes(turn))
    assert "31 on Monday" in quoted
    assert captain in quoted


def test_quiet_hours_are_kept_and_what_came_in_them_is_told_together(world: World) -> None:
    quiet = Preferences(quiet=(time(22), time(7)), timezone="Asia/Jakarta", language="id")
    world.kabar.digests.change(world.chat, quiet)
    world.follow()
    world.now = world.now.replace(hour=16, minute=30)  # 23:30 in Jakarta
    world.read(AGAIN)  # says who died, as ROSE does: SANK says so only to who infers it
    assert world.plan() == 0
    world.read(ROSE)
    assert world.plan() == 0
    world.now = (world.now + timedelta(days=1)).replace(hour=0, minute=1)  # 7:01
    assert world.plan() == 1
    (update,) = world.send()
    assert (update.language, update.timezone) == ("id", "Asia/Jakarta")
    turn = world.kabar.conversations.turn(update.turn_id or 0, world.chat)
    assert turn is not None
    assert len({key.article_id for key in turn.quotes}) == 2


def test_at_night_no_sound_tells_of_an_update(world: World) -> None:
    assert not world.kabar.follows.is_silent(world.chat)
    world.kabar.digests.change(world.chat, Preferences(timezone="Asia/Jakarta"))
    assert not world.kabar.follows.is_silent(world.chat)
    world.now = world.now.replace(hour=16)
    assert world.kabar.follows.is_silent(world.chat)


def test_what_is_read_and_not_indexed_yet_is_told_when_it_is(world: World) -> None:
    world.follow()
    world.read(UNRELATED)
    world.tick()
    path = world.folder / "later.jsonl"
    world.written.append("later")
    path.write_text(json.dumps({"id": "later", "title": "Ferry", "text": SANK}), encoding="utf-8")
    world.kabar.ingest([path])
    assert world.plan() == 0
    world.kabar.index_pending()
    assert world.plan() == 1


def test_only_what_is_told_leaves_a_receipt(world: World) -> None:
    world.follow()
    world.read(SANK)
    before = world.kabar.statistics().receipts
    world.plan()
    (update,) = world.send()
    assert world.kabar.statistics().receipts == before + 1
    turn = world.kabar.conversations.turn(update.turn_id or 0, world.chat)
    assert turn is not None
    assert world.kabar.explain(turn.receipt_id or 0) is not None
    world.tick(hours=2)
    world.read(SANK, UNRELATED)
    world.plan()
    assert world.kabar.statistics().receipts == before + 1


def test_a_tick_looks_at_nothing_while_nothing_is_added(world: World) -> None:
    world.follow()
    assert world.kabar.follows.plan().looked == 0
    world.read(UNRELATED)
    assert world.kabar.follows.plan().looked == 1
    assert world.kabar.follows.plan().looked == 0


def test_a_chat_that_cannot_be_reached_is_told_nothing_until_it_can(world: World) -> None:
    world.follow()
    world.kabar.digests.pause(world.chat, "bot was blocked by the user")
    world.read(SANK)
    assert world.plan() == 0
    assert world.kabar.follows.resume(world.chat) == 1
    assert world.plan() == 0
    world.read(ROSE)
    assert world.plan() == 1


def test_an_update_is_no_digest_to_those_who_ask_about_the_digest(world: World) -> None:
    world.kabar.digests.subscribe(world.chat, Preferences(at=time(7)))
    before = world.kabar.digests.why(world.chat).reason
    world.follow()
    world.read(SANK)
    world.plan()
    world.kabar.digests.unsubscribe(world.chat)
    assert len(world.send()) == 1
    world.kabar.digests.subscribe(world.chat, Preferences(at=time(7)))
    assert world.kabar.digests.why(world.chat).reason is before
    assert world.kabar.digests.status().days == ()
    world.kabar.digests.forget(world.chat)


def test_a_chat_follows_a_question_once_and_so_many_at_most(world: World) -> None:
    follow = world.follow()
    again = world.kabar.follows.follow(
        Ask(QUESTION.upper()), chat_id=world.chat, user_id=world.chat
    )
    assert again == (Followed.KNOWN, follow)
    for number in range(1, MOST_FOLLOWED):
        world.follow(f"what happened in place {number}?")
    became, none = world.kabar.follows.follow(Ask("more?"), chat_id=world.chat, user_id=None)
    assert (became, none) == (Followed.TOO_MANY, None)
    assert len(world.kabar.follows.following(world.chat)) == MOST_FOLLOWED
    assert world.kabar.follows.get(follow.id or 0, world.chat) == follow
    assert world.kabar.follows.get(follow.id or 0, world.chat + 1) is None


def test_a_time_in_the_question_is_not_followed_and_words_are_needed(world: World) -> None:
    world.read(SANK)
    world.tick(days=3)
    assert world.follow("who sank the ferry yesterday?").question == "who sank the ferry?"
    with pytest.raises(QuestionError):
        world.kabar.follows.follow(Ask("?!"), chat_id=world.chat, user_id=None)


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["14 dead, 212 aboard"], {"14", "212"}),
        (["4.25 percent", "4,25 persen"], {"425"}),
        (["Sabtu (22/3/2025) pukul 05.53, at 7:30 in 2025"], set()),
        (["٣١ قتيلا"], {"31"}),
        (["no number"], set()),
    ],
)
def test_numbers_are_read_without_dates_and_times(texts: Sequence[str], numbers: set[Any]) -> None:
    assert numbers_in(texts) == numbers
