"""The conversation desk: turns, contexts and verdicts, over a real library and a moved clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retrieval.conversation_desk import REMEMBERED, ConversationDesk
from retrieval.records import Answer, Ask, Asked, Quote, Receipt, Replied, Turn, Verdict
from retrieval.storage.base import Storage
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import day, make_article, put
from tests.storage.contract_stories import member
from tests.storage.contract_stories import write as in_story

TEXT = "One stands here. Two is before. Three is the quote. Four comes after. Five, too. Six ends."
CHAT, USER = 7, 7


class World:
    """A library with a clock that is moved by hand."""

    def __init__(self, storage: Storage) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.storage = storage
        self.desk = ConversationDesk(storage, lambda: self.now)

    def article(self, text: str = TEXT) -> Quote:
        """Write the article; return its third sentence as a quote."""
        self.storage.write_articles([make_article("a", text=text)])
        article = self.storage.get_articles(["a"])["a"]
        start = text.index("Three")
        return Quote(article, start, text.index("quote.") + 6, 0.9)

    def asked(self, question: str = "who?", question_id: int | None = None, **values: int) -> Turn:
        """Ask, and be answered with the quote."""
        quote = self.article()
        receipt = Receipt(question, True, 0.9, "m", {}, self.now)
        answer = Answer(question, "en", True, 0.9, (quote,), (), 1.0)
        where = {"chat_id": CHAT, "user_id": USER} | values
        asked = Asked(question_id=question_id, **where)
        (kept,) = self.desk.keep([Ask(question, asked=asked)], [(answer, receipt)])
        assert isinstance(kept, Answer)
        assert kept.turn is not None
        return kept.turn


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    storage = SqliteStorage(tmp_path / "data")
    with closing(storage):
        yield World(storage)


def test_turns_are_remembered_for_some_hours_and_until_a_new_subject(world: World) -> None:
    first, second = world.asked("one"), world.asked("two")
    world.now += REMEMBERED
    assert world.desk.turns(CHAT, USER) == (second, first)
    world.now += timedelta(seconds=1)
    assert world.desk.turns(CHAT, USER) == ()
    third = world.asked("three")
    assert world.desk.turns(CHAT, USER) == (third,)
    world.desk.new(CHAT, USER)
    assert world.desk.turns(CHAT, USER) == ()


def test_a_reply_picks_its_turn_whoever_asked_and_however_long_ago(world: World) -> None:
    old = world.asked("old", user_id=99)
    assert old.id is not None
    world.desk.finish({1: Replied(old.id, 500)})
    world.now += 2 * REMEMBERED
    world.asked("new")
    (meant,) = world.desk.turns(CHAT, USER, reply_to=500)
    assert meant.id == old.id
    assert [turn.question for turn in world.desk.turns(CHAT, USER, reply_to=501)] == ["new"]


def test_a_question_is_counted_once_unless_it_was_edited(world: World) -> None:
    assert world.desk.open(CHAT, USER, question_id=1).asked_today == 1
    assert world.desk.open(CHAT, USER, question_id=1).asked_today == 1  # not answered yet
    turn = world.asked(question_id=1)
    assert turn.id is not None
    world.desk.finish({1: Replied(turn.id, 2)})
    repeated = world.desk.open(CHAT, USER, question_id=1)
    assert repeated.known is not None
    assert (repeated.known.reply_id, repeated.turns) == (2, ())
    assert world.desk.open(CHAT, USER, question_id=1, edited=True).asked_today == 2
    world.desk.limit_told(USER)
    assert world.desk.open(CHAT, USER, question_id=3).limit_told
    world.now += timedelta(days=1)
    assert world.desk.open(CHAT, USER, question_id=4).asked_today == 1


def test_a_quote_is_shown_among_the_sentences_around_it(world: World) -> None:
    context = world.desk.context(world.article())
    around = TEXT[context.around.start : context.around.end]
    assert around == TEXT.removesuffix(" Six ends.")
    assert context.quote.text == "Three is the quote."


def test_what_changed_or_was_withdrawn_is_quoted_no_more(world: World) -> None:
    turn = world.asked()
    assert [quote.text for quote in world.desk.quotes(turn)] == ["Three is the quote."]
    world.article(TEXT.replace("Six", "Seven"))
    assert world.desk.quotes(turn) == ()


def test_a_turn_is_its_chats_alone(world: World) -> None:
    turn = world.asked()
    assert turn.id is not None
    assert world.desk.turn(turn.id, CHAT) == turn
    assert world.desk.turn(turn.id, CHAT + 1) is None


def test_old_turns_go_with_their_receipts_and_leave_verdicts(world: World) -> None:
    turn = world.asked()
    assert turn.id is not None
    assert turn.receipt_id is not None
    assert world.desk.rate(turn.id, USER, Verdict.GOOD)
    world.now += timedelta(days=31)
    world.desk.tidy()
    assert world.desk.turn(turn.id, CHAT) is None
    assert world.storage.get_receipt(turn.receipt_id) is None
    assert not world.desk.rate(turn.id, USER, Verdict.BAD)
    assert [one.verdict for one in world.desk.feedback()] == [Verdict.GOOD]


def test_other_articles_of_the_story_are_its_sources(world: World) -> None:
    turn = world.asked()
    for number, identity in enumerate("abcd", start=1):
        put(world.storage, identity, text=TEXT, published_at=day(number))
    one, another = world.storage.new_story_ids(2)
    in_story(world.storage, *(member(each, one) for each in "abc"), member("d", another))
    assert [article.id for article in world.desk.others(turn)] == ["c", "b"]


class Outlets:
    """A turn whose first quote another outlet confirms, and whose second differs from it."""

    def __init__(self, world: World) -> None:
        self.world = world
        texts = {"one": "Five died.", "too": "It killed five.", "other": "Nine died."}
        world.storage.write_articles([make_article(name, text=texts[name]) for name in texts])
        articles = world.storage.get_articles(texts)
        one, too, other = (Quote(articles[name], 0, len(texts[name]), 0.9) for name in texts)
        told = (replace(one, also=(too,)), replace(other, differs=True))
        answer = Answer("who?", "en", True, 0.9, told, (), 1.0)
        receipt = Receipt("who?", True, 0.9, "m", {}, world.now)
        asked = Asked(chat_id=CHAT, user_id=USER, question_id=None)
        (kept,) = world.desk.keep([Ask("who?", asked=asked)], [(answer, receipt)])
        assert isinstance(kept, Answer)
        assert kept.turn is not None
        self.turn = kept.turn

    def shown(self) -> list[tuple[str, list[str], bool]]:
        """What of the turn is shown now, as another process would."""
        turn = self.world.desk.turn(self.turn.id or 0, CHAT)
        assert turn is not None
        return [
            (quote.article.id, [each.article.id for each in quote.also], quote.differs)
            for quote in self.world.desk.quotes(turn)
        ]


def test_who_says_the_same_and_what_differs_are_kept_with_the_turn(world: World) -> None:
    assert Outlets(world).shown() == [("one", ["too"], False), ("other", [], True)]


def test_where_the_best_quote_is_gone_the_next_that_says_the_same_stands(world: World) -> None:
    outlets = Outlets(world)
    world.storage.write_articles([make_article("one", text="Six died.")])
    assert outlets.shown() == [("too", [], False), ("other", [], True)]


def test_what_differed_from_a_quote_that_is_gone_differs_from_nothing(world: World) -> None:
    outlets = Outlets(world)
    world.storage.write_articles([make_article("one", text="x"), make_article("too", text="y")])
    assert outlets.shown() == [("other", [], False)]
