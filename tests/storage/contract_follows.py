"""What every storage engine promises of followed questions and their updates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from retrieval.records import (
    BETWEEN_UPDATES,
    Delivery,
    DeliveryState,
    Filters,
    Follow,
    Followed,
    FollowUpdate,
    InDoubt,
    QuoteKey,
    Settled,
    Turn,
)
from retrieval.storage.base import Storage
from tests.storage.builders import MODEL, put, toward
from tests.storage.contract_base import Contract

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LEASE = timedelta(seconds=60)
ONE = QuoteKey("a", 0, 5, "v1")
TWO = QuoteKey("b", 7, 12, "v2")
THREE = QuoteKey("c", 1, 2, "v3")


def follow(storage: Storage, question: str = "who won?", **fields: Any) -> Follow:
    given: dict[str, Any] = {
        "chat_id": 1,
        "user_id": 10,
        "created_at": NOW,
        "looked_until": NOW,
        "due_from": NOW,
    }
    became, kept = storage.add_follow(Follow(question=question, **(given | fields)), 20)
    assert became is Followed.NEW
    assert kept is not None
    return kept


def update(
    storage: Storage, follow: Follow, *quotes: QuoteKey, until: datetime = LATER, **fields: Any
) -> int | None:
    delivery = Delivery(
        chat_id=follow.chat_id,
        local_date=NOW.date(),
        kind="",
        digest_id=None,
        language="en",
        due_at=until,
        release_at=until,
        expires_at=until + timedelta(days=2),
    )
    turn = Turn(follow.chat_id, follow.user_id, follow.question, until, follow.question)
    made = FollowUpdate(follow.id or 0, quotes or (ONE,), until, until)
    return storage.plan_update(made, replace(delivery, **fields), turn)


def claim(storage: Storage, now: datetime = LATER) -> list[int]:
    return [each.id or 0 for each in storage.claim_deliveries("me", now, LEASE, 100)]


def send(storage: Storage, now: datetime = LATER, message_id: int = 77) -> list[int]:
    """Send what may be sent; return the ids of what was begun."""
    begun = storage.turn_over("me", [], claim(storage, now), now, LEASE)
    settled = [Settled(each, DeliveryState.SENT, message_id) for each in begun]
    storage.turn_over("me", settled, [], now, LEASE)
    return begun


def updates(storage: Storage) -> dict[DeliveryState, int]:
    days = storage.digest_days(date.min, updates=True)
    return {state: number for day in days for state, number in day.states.items()}


class FollowContract(Contract):
    """Every promise of `retrieval.storage.base.follows`."""

    # ------------------------------------------------------------------ who follows what

    def test_a_follow_comes_back_as_it_was_written(self, storage: Storage, other: Storage) -> None:
        kept = follow(storage, thread_id=5, language="id", told=(ONE, TWO))
        assert other.get_follow(kept.id or 0) == kept
        assert (kept.thread_id, kept.language, kept.told) == (5, "id", (ONE, TWO))
        assert other.follows_of(1) == [kept]
        assert other.follows_of(2) == []
        assert other.get_follow(404) is None

    @pytest.mark.parametrize("again", ["who won?", "WHO  won", "  «Who won?!»"])
    def test_a_chat_follows_a_question_once_however_it_is_spelled(
        self, storage: Storage, again: str
    ) -> None:
        kept = follow(storage)
        became, known = storage.add_follow(replace(kept, id=None, question=again), 20)
        assert (became, known) == (Followed.KNOWN, kept)
        follow(storage, again, chat_id=2)
        follow(storage, "who lost?")
        assert len(storage.follows_of(1)) == 2

    def test_questions_that_differ_in_vowel_signs_are_different(self, storage: Storage) -> None:
        follow(storage, "दिन")
        follow(storage, "दान")
        assert len(storage.follows_of(1)) == 2

    def test_a_chat_follows_no_more_than_it_may(self, storage: Storage) -> None:
        for number in range(3):
            follow(storage, str(number))
        one_more = replace(storage.follows_of(1)[0], id=None, question="one more")
        assert storage.add_follow(one_more, 3) == (Followed.TOO_MANY, None)
        assert storage.add_follow(replace(one_more, question="2"), 3)[0] is Followed.KNOWN
        assert storage.add_follow(replace(one_more, chat_id=2), 3)[0] is Followed.NEW

    def test_what_is_removed_takes_its_updates_along(self, storage: Storage) -> None:
        kept = follow(storage)
        update(storage, kept)
        assert storage.remove_follow(kept.id or 0)
        assert not storage.remove_follow(kept.id or 0)
        assert claim(storage) == []
        assert updates(storage) == {}

    # ------------------------------------------------------------------ what is due

    def test_those_looked_at_longest_ago_are_due_first(self, storage: Storage) -> None:
        first = follow(storage, "1", looked_until=NOW - LEASE)
        second, third = follow(storage, "2"), follow(storage, "3")
        assert storage.due_follows(LATER, NOW, 9) == [first, second, third]
        assert storage.due_follows(LATER, NOW, 2) == [first, second]
        assert storage.due_follows(NOW, NOW, 9) == [first]

    def test_what_is_held_paused_or_on_its_way_is_not_due(self, storage: Storage) -> None:
        held, on_its_way = follow(storage, "1"), follow(storage, "2")
        paused = follow(storage, "3", chat_id=3)
        storage.hold_follows({held.id or 0: LATER})
        update(storage, on_its_way, until=NOW + LEASE)
        storage.pause_subscriber(3, "bot was blocked by the user")
        assert storage.due_follows(LATER, NOW, 9) == []
        assert [each.id for each in storage.due_follows(LATER, LATER, 9)] == [held.id]
        assert storage.resume_follows(3, NOW + LEASE) == 1
        assert storage.resume_follows(3, NOW + LEASE) == 0
        (resumed,) = storage.follows_of(3)
        assert resumed == replace(paused, looked_until=NOW + LEASE)

    def test_what_was_looked_at_is_never_looked_at_again(self, storage: Storage) -> None:
        kept = follow(storage)
        storage.looked_follows([kept.id or 0], LATER)
        storage.looked_follows([kept.id or 0], NOW)
        assert storage.due_follows(LATER, LATER, 9) == []
        assert update(storage, kept, until=LATER) is None

    # ------------------------------------------------------------------ updates

    def test_an_update_is_a_delivery_and_a_turn_that_is_closed_until_it_is_sent(
        self, storage: Storage, other: Storage
    ) -> None:
        kept = follow(storage, told=(ONE,))
        turn_id = update(storage, kept, TWO, THREE)
        assert turn_id is not None
        turn = other.get_turn(turn_id)
        assert turn is not None
        assert (turn.quotes, turn.follow_id, turn.open) == ((TWO, THREE), kept.id, False)
        assert other.last_turns(1, 10, since=NOW, limit=3) == []
        after = other.get_follow(kept.id or 0)
        assert after is not None
        assert (after.told, after.looked_until) == ((ONE, TWO, THREE), LATER)
        (delivery,) = other.claim_deliveries("me", LATER, LEASE, 9)
        assert (delivery.follow_id, delivery.turn_id) == (kept.id, turn_id)
        assert other.deliveries_of(1, 9) == other.waiting_deliveries(1) == []
        storage.turn_over("me", [], [delivery.id or 0], LATER, LEASE)
        settled = [Settled(delivery.id or 0, DeliveryState.SENT, 77)]
        storage.turn_over("me", settled, [], LATER, LEASE)
        (sent,) = other.last_turns(1, 10, since=LATER, limit=3)
        assert (sent.id, sent.reply_id) == (turn_id, 77)
        assert other.turn_of_reply(1, 77) == sent
        assert updates(other) == {DeliveryState.SENT: 1}
        assert other.digest_days(date.min) == []

    def test_of_a_follow_one_update_is_on_its_way_whoever_plans(
        self, storage: Storage, other: Storage
    ) -> None:
        kept = follow(storage)

        def plan(engine: Storage) -> list[int | None]:
            return [update(engine, kept, until=LATER + n * LEASE) for n in range(20)]

        with ThreadPoolExecutor(2) as pool:
            planned = [each for found in pool.map(plan, (storage, other)) for each in found]
        assert len([each for each in planned if each is not None]) == 1
        assert updates(storage) == {DeliveryState.WAITING: 1}

    def test_no_update_is_planned_of_a_follow_that_is_gone_or_paused(
        self, storage: Storage
    ) -> None:
        gone, paused = follow(storage), follow(storage, chat_id=2)
        storage.remove_follow(gone.id or 0)
        storage.pause_subscriber(2, "blocked")
        assert update(storage, gone) is None
        assert update(storage, paused) is None
        assert updates(storage) == {}

    def test_none_is_begun_within_the_hour_of_another(self, storage: Storage) -> None:
        kept = follow(storage)
        update(storage, kept)
        assert len(send(storage)) == 1
        (told,) = storage.follows_of(1)
        assert (told.told_at, told.due_from) == (LATER, LATER + BETWEEN_UPDATES)
        soon = LATER + LEASE
        assert update(storage, kept, TWO, until=soon) is not None
        assert send(storage, soon) == []
        assert updates(storage) == {DeliveryState.SENT: 1, DeliveryState.WAITING: 1}
        assert claim(storage, LATER + BETWEEN_UPDATES - LEASE) == []
        assert len(send(storage, LATER + BETWEEN_UPDATES)) == 1

    def test_the_same_update_may_be_tried_again_within_the_hour(self, storage: Storage) -> None:
        update(storage, follow(storage))
        begun = storage.turn_over("me", [], claim(storage), LATER, LEASE)
        storage.turn_over("me", [Settled(begun[0], DeliveryState.WAITING)], [], LATER, LEASE)
        assert send(storage, LATER + LEASE) == begun

    @pytest.mark.parametrize(
        ("policy", "state"),
        [(InDoubt.SKIP, DeliveryState.IN_DOUBT), (InDoubt.RESEND, DeliveryState.WAITING)],
    )
    def test_what_a_killed_process_was_sending_is_resolved_by_policy(
        self, storage: Storage, policy: InDoubt, state: DeliveryState
    ) -> None:
        update(storage, follow(storage))
        storage.turn_over("me", [], claim(storage), LATER, LEASE)
        storage.resolve_doubts(LATER + LEASE, policy)
        assert updates(storage) == {state: 1}
        (day,) = storage.digest_days(date.min, updates=True)
        assert day.doubts == 1

    # ------------------------------------------------------------------ chats and people

    def test_a_group_that_moved_takes_follows_and_open_updates_along(
        self, storage: Storage
    ) -> None:
        kept = follow(storage, chat_id=-1, thread_id=3)
        turn_id = update(storage, kept, thread_id=3)
        storage.move_subscriber(-1, -100)
        (moved,) = storage.follows_of(-100)
        assert (moved.id, moved.thread_id) == (kept.id, None)
        assert storage.follows_of(-1) == []
        (delivery,) = storage.claim_deliveries("me", LATER, LEASE, 9)
        assert (delivery.chat_id, delivery.thread_id) == (-100, None)
        turn = storage.get_turn(turn_id or 0)
        assert turn is not None
        assert turn.chat_id == -100
        storage.move_subscriber(-1, -100)
        assert storage.follows_of(-100) == [moved]

    def test_what_both_chats_follow_becomes_one_with_what_either_was_told(
        self, storage: Storage
    ) -> None:
        mine = follow(storage, chat_id=-1, told=(ONE,), looked_until=NOW - LEASE)
        theirs = follow(storage, "WHO won", chat_id=-100, told=(TWO,), due_from=LATER)
        follow(storage, "who lost?", chat_id=-1)
        storage.move_subscriber(-1, -100)
        united, other = storage.follows_of(-100)
        assert (united.id, other.question) == (theirs.id, "who lost?")
        assert (set(united.told), united.due_from) == ({ONE, TWO}, LATER)
        assert united.looked_until == mine.looked_until

    @pytest.mark.parametrize("both", [True, False])
    def test_of_what_both_chats_follow_one_update_is_on_its_way_and_nothing_is_lost(
        self, storage: Storage, *, both: bool
    ) -> None:
        update(storage, follow(storage, chat_id=-1), ONE)
        theirs = follow(storage, chat_id=-100)
        if both:
            update(storage, theirs, TWO)
        storage.move_subscriber(-1, -100)
        assert updates(storage).get(DeliveryState.WAITING) == 1
        (delivery,) = storage.claim_deliveries("me", LATER, LEASE, 9)
        assert (delivery.chat_id, delivery.follow_id) == (-100, theirs.id)
        turn = storage.get_turn(delivery.turn_id or 0)
        assert turn is not None
        assert set(turn.quotes) == ({ONE, TWO} if both else {ONE})
        assert storage.due_follows(LATER + LEASE, LATER + LEASE, 9) == []

    def test_a_forgotten_person_follows_nothing_and_hears_nothing(self, storage: Storage) -> None:
        for chat, user in ((10, 10), (-5, 10), (-5, 11)):
            kept = follow(storage, f"{user}", chat_id=chat, user_id=user)
            update(storage, kept)
        rows = storage.forget_person(10, 10).rows
        assert rows["follows"] == 2
        assert [each.user_id for each in storage.follows_of(-5)] == [11]
        assert storage.follows_of(10) == []
        assert updates(storage) == {DeliveryState.WAITING: 1}
        assert set(storage.forget_person(10, 10).rows.values()) == {0}

    def test_a_chat_that_is_deleted_follows_nothing(self, storage: Storage) -> None:
        update(storage, follow(storage))
        storage.delete_subscriber(1)
        assert storage.follows_of(1) == []
        assert updates(storage) == {}

    # ------------------------------------------------------------------ what was added since

    def test_a_search_may_be_of_what_was_added_since(self, storage: Storage) -> None:
        put(storage, "old", text_terms=["word"])
        new = put(storage, "new", text_terms=["word"])
        added = storage.get_articles(["new"])["new"].added_at
        since = Filters(added_from=added)
        assert since
        for found in (
            storage.search_vectors(toward(0), 1, since, model=MODEL),
            storage.search_text(["word"], 1, since, model=MODEL),
        ):
            assert [each.passage_id for each in found] == [new]
        newest = put(storage, "newest", text_terms=["word"])
        both = storage.search_text(["word"], 3, since, model=MODEL)
        assert {each.passage_id for each in both} == {new, newest}

    def test_what_is_not_indexed_yet_was_not_looked_at(self, storage: Storage) -> None:
        assert storage.indexed_until(MODEL) is None
        put(storage, "a")
        first = storage.get_articles(["a"])["a"].added_at
        assert first is not None
        indexed = storage.indexed_until(MODEL)
        assert indexed is not None
        assert indexed > first
        storage.write_articles([replace(storage.get_articles(["a"])["a"], id="b")])
        waiting = storage.get_articles(["b"])["b"].added_at
        assert storage.indexed_until(MODEL) == waiting
        put(storage, "c")
        assert storage.indexed_until(MODEL) == waiting
        assert storage.indexed_until("another model") == first
