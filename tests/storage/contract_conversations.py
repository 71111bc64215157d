"""What every storage engine promises of turns, feedback and limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from retrieval.records import (
    PendingUpdate,
    Period,
    Preferences,
    QuoteKey,
    Receipt,
    Span,
    Subscriber,
    Turn,
    Verdict,
)
from retrieval.storage.base import Storage
from tests.storage.builders import day, make_article
from tests.storage.contract_base import Contract

ONE = QuoteKey("a", 0, 5, "v1")
TWO = QuoteKey("b", 7, 12, "v2")
THREE = QuoteKey("c", 1, 2, "v3")


def turn(question: str = "who?", **values: Any) -> Turn:
    given: dict[str, Any] = {"chat_id": 1, "user_id": 10, "asked_at": day(1), "searched": question}
    return Turn(question=question, **(given | values))


def identity(kept: Turn) -> int:
    assert kept.id is not None
    return kept.id


class ConversationContract(Contract):
    """Every promise of `retrieval.storage.base.conversations`."""

    # ------------------------------------------------------------------ turns

    def test_a_turn_comes_back_as_it_was_written(self, storage: Storage, other: Storage) -> None:
        asked = turn(
            "dan Libya?",
            searched="siapa menelepon Libya?",
            language="id",
            answered=True,
            quotes=(
                ONE._replace(also=(TWO, THREE)),
                THREE._replace(differs=True),
                TWO._replace(answer=Span(1, 3)),
            ),
            period=Period("kemarin", day(1), None),
            newest_first=True,
            question_id=77,
            thread_id=5,
            receipt_id=9,
        )
        kept = storage.write_turn(asked)
        assert replace(kept, id=None) == asked
        assert other.get_turn(identity(kept)) == kept
        assert other.turn_of_question(1, 77) == kept
        assert other.turn_of_question(2, 77) is None
        assert other.get_turn(identity(kept) + 1) is None

    def test_an_edited_question_is_the_same_turn_and_keeps_its_reply(
        self, storage: Storage
    ) -> None:
        first = storage.write_turn(turn(question_id=77, quotes=(ONE,), answered=True))
        storage.set_reply(identity(first), 78)
        second = storage.write_turn(turn("where?", question_id=77, quotes=(TWO,)))
        assert (second.id, second.reply_id) == (first.id, 78)
        assert storage.turn_of_reply(1, 78) == second
        assert (second.question, second.quotes) == ("where?", (TWO,))

    def test_turns_without_a_message_are_turns_of_their_own(self, storage: Storage) -> None:
        assert storage.write_turn(turn()).id != storage.write_turn(turn()).id

    def test_last_turns_are_a_persons_in_a_chat_and_topic_newest_first(
        self, storage: Storage
    ) -> None:
        kept = [storage.write_turn(turn(str(n), asked_at=day(n))) for n in (3, 1, 2)]
        for elsewhere in ({"chat_id": 2}, {"user_id": 11}, {"user_id": None}, {"thread_id": 4}):
            storage.write_turn(turn(asked_at=day(4), **elsewhere))
        found = storage.last_turns(1, 10, since=day(2), limit=5)
        assert found == [kept[0], kept[2]]
        assert storage.last_turns(1, 10, since=day(1), limit=1) == [kept[0]]
        assert len(storage.last_turns(1, None, since=day(1), limit=5)) == 1
        assert len(storage.last_turns(1, 10, thread_id=4, since=day(1), limit=5)) == 1

    def test_closed_turns_are_kept_but_are_no_last_turns(self, storage: Storage) -> None:
        mine, theirs = storage.write_turn(turn()), storage.write_turn(turn(user_id=11))
        assert storage.close_turns(1, 10) == 1
        assert storage.close_turns(1, 10) == 0
        assert storage.last_turns(1, 10, since=day(1), limit=5) == []
        assert storage.get_turn(identity(mine)) == replace(mine, open=False)
        assert storage.last_turns(1, 11, since=day(1), limit=5) == [theirs]

    def test_old_turns_are_forgotten(self, storage: Storage) -> None:
        receipt = storage.write_receipt(Receipt("who?", True, 0.9, "m", {}, day(1)))
        old = storage.write_turn(turn(receipt_id=receipt))
        new = storage.write_turn(turn(asked_at=day(3)))
        assert storage.forget_turns(day(3)) == 1
        assert storage.get_receipt(receipt) is None
        assert storage.get_turn(identity(old)) is None
        assert storage.get_turn(identity(new)) == new

    # ------------------------------------------------------------------ feedback

    def test_feedback_holds_what_it_is_about_when_turn_and_receipt_are_gone(
        self, storage: Storage
    ) -> None:
        details = {"hits": [{"passage": 4}, {"passage": 2}]}
        receipt = storage.write_receipt(Receipt("who?", True, 0.9, "m", details, day(1)))
        kept = storage.write_turn(turn(quotes=(ONE,), answered=True, receipt_id=receipt))
        assert storage.write_feedback(identity(kept), 10, Verdict.GOOD, day(2))
        storage.forget_turns(day(9))
        storage.forget_receipts(day(9))
        (given,) = storage.iterate_feedback()
        assert (given.turn_id, given.user_id, given.verdict) == (kept.id, 10, Verdict.GOOD)
        assert (given.question, given.searched, given.answered) == ("who?", "who?", True)
        assert (given.quotes, given.passage_ids, given.model) == ((ONE,), (4, 2), "m")
        assert given.given_at == day(2)

    def test_a_person_has_one_verdict_on_an_answer_the_last(self, storage: Storage) -> None:
        kept = identity(storage.write_turn(turn()))
        for user, verdict, at in (
            (10, Verdict.GOOD, day(2)),
            (None, Verdict.GOOD, day(3)),
            (10, Verdict.BAD, day(4)),
        ):
            assert storage.write_feedback(kept, user, verdict, at)
        given = [(each.user_id, each.verdict) for each in storage.iterate_feedback()]
        assert given == [(None, Verdict.GOOD), (10, Verdict.BAD)]

    def test_a_verdict_on_nothing_is_not_kept(self, storage: Storage) -> None:
        assert not storage.write_feedback(404, 10, Verdict.GOOD, day(1))
        assert list(storage.iterate_feedback()) == []

    # ------------------------------------------------------------------ limits and people

    def test_questions_are_counted_by_person_and_day(
        self, storage: Storage, other: Storage
    ) -> None:
        today = day(1).date()
        assert storage.count_questions(10, today) == (0, False)
        assert storage.count_questions(10, today, 3) == (3, False)
        assert other.count_questions(10, today, 2) == (5, False)
        storage.tell_limit(10, today)
        assert other.count_questions(10, today) == (5, True)
        assert storage.count_questions(10, day(2).date(), 1) == (1, False)
        assert storage.count_questions(11, today, 1) == (1, False)
        assert storage.forget_counts(day(2).date()) == 2
        assert storage.count_questions(10, today) == (0, False)

    def test_a_forgotten_person_leaves_nothing_and_takes_nobody_along(
        self, storage: Storage
    ) -> None:
        def live(chat: int, user: int, at: datetime) -> tuple[int, int]:
            receipt = storage.write_receipt(Receipt("mine", True, 0.9, "m", {}, at))
            asked = turn(chat_id=chat, user_id=user, receipt_id=receipt)
            kept = identity(storage.write_turn(asked))
            storage.write_feedback(kept, user, Verdict.GOOD, at)
            storage.count_questions(user, at.date(), 1)
            return receipt, kept

        gone = [live(1, 1, day(1)), live(-5, 1, day(1))]
        storage.write_subscriber(Subscriber(1, Preferences(), active=True, next_due=day(3)))
        stays = live(-5, 2, day(1))
        storage.write_subscriber(Subscriber(-5, Preferences()))
        rows = storage.forget_person(1, 1).rows
        assert (rows["turns"], rows["receipts"], rows["subscriptions"]) == (2, 2, 1)
        for receipt, kept in gone:
            assert storage.get_receipt(receipt) is None
            assert storage.get_turn(kept) is None
        assert storage.get_subscriber(1) is None
        assert storage.count_questions(1, day(1).date()) == (0, False)
        receipt, kept = stays
        assert storage.get_receipt(receipt) is not None
        assert storage.get_turn(kept) is not None
        assert storage.get_subscriber(-5) is not None
        assert [each.user_id for each in storage.iterate_feedback()] == [2]
        assert set(storage.forget_person(1, 1).rows.values()) == {0}

    def test_everybody_is_forgotten_at_once_and_the_news_stays(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.write_articles([make_article("a")])
        receipt = storage.write_receipt(Receipt("mine", True, 0.9, "m", {}, day(1)))
        kept = identity(storage.write_turn(turn(receipt_id=receipt)))
        storage.write_feedback(kept, 10, Verdict.GOOD, day(1))
        storage.count_questions(10, day(1).date(), 1)
        storage.write_subscriber(Subscriber(10, Preferences(), active=True, next_due=day(2)))
        storage.accept_updates([PendingUpdate(7, "{}")])
        storage.forget_everybody()
        for each in (storage, other):
            assert each.get_turn(kept) is None
            assert each.get_receipt(receipt) is None
            assert each.get_subscriber(10) is None
            assert each.count_questions(10, day(1).date()) == (0, False)
            assert list(each.iterate_feedback()) == []
            assert each.pending_updates() == []
            assert set(each.get_articles(["a"])) == {"a"}
