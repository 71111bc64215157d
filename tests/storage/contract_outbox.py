"""What every storage engine promises of subscribers and their deliveries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from retrieval.records import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    InDoubt,
    Preferences,
    Settled,
    Subscriber,
    WhenEmpty,
)
from retrieval.storage.base import Storage
from tests.storage.contract_base import Contract

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LEASE = timedelta(seconds=60)
HOUR = timedelta(hours=1)


def subscriber(chat_id: int, **fields: object) -> Subscriber:
    made = Subscriber(chat_id, Preferences(), active=True, next_due=NOW)
    return replace(made, **fields)  # type: ignore[arg-type]  # any field of the record


def delivery(chat_id: int, **fields: object) -> Delivery:
    made = Delivery(
        chat_id=chat_id,
        local_date=TODAY,
        kind=DeliveryKind.DAILY,
        digest_id=None,
        language="en",
        due_at=NOW,
        release_at=NOW,
        expires_at=NOW + 6 * HOUR,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # any field of the record


def plan(storage: Storage, *deliveries: Delivery) -> int:
    return storage.plan_deliveries(deliveries, {}, {})


def claim(storage: Storage, owner: str = "me", now: datetime = NOW) -> list[int]:
    return [each.id or 0 for each in storage.claim_deliveries(owner, now, LEASE, 100)]


def only(storage: Storage, chat_id: int) -> Delivery:
    (found,) = storage.deliveries_of(chat_id, 9)
    return found


def states(storage: Storage) -> dict[DeliveryState, int]:
    found: dict[DeliveryState, int] = {}
    for each in storage.digest_days(date.min):
        for state, number in each.states.items():
            found[state] = found.get(state, 0) + number
    return found


class SubscriberContract(Contract):
    """Every promise of subscribers."""

    def test_a_subscriber_is_given_back_as_it_was_written(
        self, storage: Storage, other: Storage
    ) -> None:
        chosen = Preferences(
            at=time(19, 5),
            timezone="Asia/Kathmandu",
            days=(0, 4),
            stories=10,
            language="id",
            topics=("energi", "バドミントン"),
            left_out=("crypto",),
            disliked=("a", "b"),
            quiet=(time(22), time(7, 30)),
            when_empty=WhenEmpty.LINE,
            breaking=True,
            picture=True,
        )
        written = subscriber(-5, preferences=chosen, thread_id=7, created_at=NOW)
        storage.write_subscriber(written)
        assert other.get_subscriber(-5) == written
        assert other.get_subscriber(5) is None

    def test_when_it_was_first_known_stays(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(1, created_at=NOW))
        storage.write_subscriber(subscriber(1, created_at=NOW + HOUR, active=False))
        found = storage.get_subscriber(1)
        assert found is not None
        assert found.created_at == NOW
        assert not found.active

    @pytest.mark.parametrize("fields", [{"active": False}, {"paused_because": "blocked"}])
    def test_who_wants_none_or_cannot_be_reached_is_never_due(
        self, storage: Storage, fields: dict[str, object]
    ) -> None:
        storage.write_subscriber(subscriber(1, **fields))
        storage.write_subscriber(subscriber(2))
        assert [each.chat_id for each in storage.due_subscribers(NOW, 9)] == [2]

    def test_the_earliest_are_due_first_and_none_before_its_time(self, storage: Storage) -> None:
        for chat_id, due in ((3, NOW), (2, NOW), (1, NOW + HOUR), (4, NOW - HOUR)):
            storage.write_subscriber(subscriber(chat_id, next_due=due))
        assert [each.chat_id for each in storage.due_subscribers(NOW, 9)] == [4, 2, 3]
        assert len(storage.due_subscribers(NOW, 2)) == 2

    def test_breaking_stories_go_to_those_who_want_them(self, storage: Storage) -> None:
        wanting = Preferences(breaking=True)
        for chat_id in (3, 1, 2):
            storage.write_subscriber(subscriber(chat_id, preferences=wanting))
        storage.write_subscriber(subscriber(4))
        storage.write_subscriber(subscriber(5, preferences=wanting, active=False))
        assert [each.chat_id for each in storage.breaking_subscribers(None, 2)] == [1, 2]
        assert [each.chat_id for each in storage.breaking_subscribers(2, 2)] == [3]

    def test_a_pause_closes_all_that_is_open(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(1))
        plan(storage, delivery(1), delivery(1, kind=DeliveryKind.FIRST_BREAKING), delivery(2))
        claim(storage)
        assert storage.pause_subscriber(1, "bot was blocked by the user") == 2
        found = storage.get_subscriber(1)
        assert found is not None
        assert (found.paused_because, found.next_due) == ("bot was blocked by the user", None)
        assert {each.state for each in storage.deliveries_of(1, 9)} == {DeliveryState.REFUSED}
        assert only(storage, 2).state is DeliveryState.CLAIMED

    def test_a_group_that_moved_takes_everything_along(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(-1, created_at=NOW))
        plan(storage, delivery(-1), delivery(-1, local_date=TODAY - timedelta(days=1)))
        plan(storage, delivery(-100, detail="its own"))
        storage.move_subscriber(-1, -100)
        assert storage.get_subscriber(-1) is None
        assert storage.deliveries_of(-1, 9) == []
        assert storage.get_subscriber(-100) == subscriber(-100, created_at=NOW)
        days = {each.local_date: each.detail for each in storage.deliveries_of(-100, 9)}
        assert days == {TODAY: "its own", TODAY - timedelta(days=1): None}

    def test_who_is_forgotten_leaves_nothing(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(1))
        plan(storage, delivery(1))
        assert storage.delete_subscriber(1)
        assert not storage.delete_subscriber(1)
        assert storage.deliveries_of(1, 9) == []

    def test_subscribers_are_counted(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(1))
        storage.write_subscriber(subscriber(2, active=False))
        storage.write_subscriber(subscriber(3, paused_because="blocked"))
        assert storage.count_subscribers() == (3, 1, 1)


class OutboxContract(Contract):
    """Every promise of deliveries."""

    def test_chat_date_and_kind_are_planned_once(self, storage: Storage, other: Storage) -> None:
        assert plan(storage, delivery(1), delivery(1, kind=DeliveryKind.PICTURE)) == 2
        assert plan(other, delivery(1, detail="again"), delivery(2)) == 1
        assert {each.detail for each in storage.deliveries_of(1, 9)} == {None}

    def test_a_plan_moves_its_subscriber_on(self, storage: Storage) -> None:
        storage.write_subscriber(subscriber(1))
        tomorrow = NOW + timedelta(days=1)
        assert storage.plan_deliveries([delivery(1)], {1: tomorrow}, {1: NOW}) == 1
        found = storage.get_subscriber(1)
        assert found is not None
        assert (found.next_due, found.covered_until) == (tomorrow, NOW)

    def test_nothing_is_planned_for_who_left_or_was_planned_by_another(
        self, storage: Storage
    ) -> None:
        storage.write_subscriber(subscriber(1, active=False))
        storage.write_subscriber(subscriber(2, next_due=NOW + timedelta(days=1)))
        later = NOW + timedelta(days=2)
        assert storage.plan_deliveries([delivery(1), delivery(2)], {1: later, 2: later}, {}) == 0
        found = storage.get_subscriber(2)
        assert found is not None
        assert found.next_due == NOW + timedelta(days=1)

    def test_two_processes_never_claim_the_same(self, storage: Storage, other: Storage) -> None:
        plan(storage, *(delivery(chat) for chat in range(200)))

        def take(engine: Storage, owner: str) -> list[int]:
            taken: list[int] = []
            while found := engine.claim_deliveries(owner, NOW, LEASE, 7):
                taken += [each.id or 0 for each in found]
            return taken

        with ThreadPoolExecutor(2) as pool:
            mine, theirs = pool.map(take, (storage, other), ("me", "they"))
        assert len(mine) + len(theirs) == 200
        assert not set(mine) & set(theirs)

    def test_of_a_chat_only_the_oldest_is_handed_out(self, storage: Storage) -> None:
        plan(storage, delivery(1, kind=DeliveryKind.PICTURE), delivery(1))
        first = claim(storage)
        assert [each.kind for each in storage.deliveries_of(1, 9) if each.id in first] == [
            DeliveryKind.PICTURE
        ]
        assert claim(storage) == []
        storage.turn_over("me", [], first, NOW, LEASE)
        assert claim(storage) == []
        storage.turn_over("me", [Settled(first[0], DeliveryState.SENT, 5)], [], NOW, LEASE)
        assert len(claim(storage)) == 1

    def test_what_is_held_is_not_handed_out_and_holds_up_nothing(self, storage: Storage) -> None:
        plan(storage, delivery(1, kind=DeliveryKind.FIRST_BREAKING, release_at=NOW + HOUR))
        plan(storage, delivery(1))
        assert len(claim(storage)) == 1

    def test_what_is_too_late_is_closed_and_never_begun(self, storage: Storage) -> None:
        plan(storage, delivery(1, expires_at=NOW))
        assert claim(storage) == []
        assert only(storage, 1).state is DeliveryState.LATE
        plan(storage, delivery(2, expires_at=NOW + HOUR))
        held = claim(storage)
        assert storage.turn_over("me", [], held, NOW + HOUR, LEASE) == []

    def test_a_claim_that_was_not_begun_is_taken_back_when_its_lease_is_over(
        self, storage: Storage, other: Storage
    ) -> None:
        plan(storage, delivery(1))
        held = claim(storage)
        assert claim(other, "they", NOW + LEASE / 2) == []
        assert claim(other, "they", NOW + LEASE) == held
        assert storage.turn_over("me", [], held, NOW + LEASE, LEASE) == []
        assert other.turn_over("they", [], held, NOW + LEASE, LEASE) == held

    def test_a_lease_that_is_kept_is_not_over(self, storage: Storage, other: Storage) -> None:
        plan(storage, delivery(1))
        claim(storage)
        storage.keep_leases("me", NOW + LEASE / 2, LEASE)
        assert claim(other, "they", NOW + LEASE) == []

    def test_claims_are_given_back_and_what_was_begun_is_not(self, storage: Storage) -> None:
        plan(storage, delivery(1), delivery(2))
        first, _ = claim(storage)
        storage.turn_over("me", [], [first], NOW, LEASE)
        assert storage.release_claims("me") == 1
        assert states(storage) == {DeliveryState.WAITING: 1, DeliveryState.SENDING: 1}

    def test_what_was_sent_has_its_message_and_is_closed(self, storage: Storage) -> None:
        plan(storage, delivery(1))
        held = claim(storage)
        assert storage.turn_over("me", [], held, NOW, LEASE) == held
        storage.turn_over("me", [Settled(held[0], DeliveryState.SENT, 77)], [], NOW, LEASE)
        sent = only(storage, 1)
        assert (sent.state, sent.message_id, sent.attempts) == (DeliveryState.SENT, 77, 1)
        assert sent.closed_at == NOW
        assert storage.delivery_of_message(1, 77) == sent
        assert storage.delivery_of_message(1, 78) is None

    def test_only_its_owner_settles_a_delivery(self, storage: Storage) -> None:
        plan(storage, delivery(1))
        held = claim(storage)
        storage.turn_over("me", [], held, NOW, LEASE)
        storage.turn_over("they", [Settled(held[0], DeliveryState.SENT, 77)], [], NOW, LEASE)
        assert only(storage, 1).state is DeliveryState.SENDING

    def test_one_to_be_tried_again_waits_a_while(self, storage: Storage) -> None:
        plan(storage, delivery(1))
        held = claim(storage)
        storage.turn_over("me", [], held, NOW, LEASE)
        storage.turn_over("me", [Settled(held[0], DeliveryState.WAITING)], [], NOW, LEASE)
        assert claim(storage) == []
        assert claim(storage, now=NOW + HOUR) == held

    def test_a_picture_that_is_to_be_tried_again_keeps_its_digest_waiting(
        self, storage: Storage
    ) -> None:
        plan(storage, delivery(1, kind=DeliveryKind.PICTURE), delivery(1))
        held = claim(storage)
        storage.turn_over("me", [], held, NOW, LEASE)
        storage.turn_over("me", [Settled(held[0], DeliveryState.WAITING)], [], NOW, LEASE)
        assert claim(storage) == []
        assert claim(storage, now=NOW + HOUR) == held

    def test_nothing_is_handed_out_while_anything_of_its_chat_is_under_way(
        self, storage: Storage
    ) -> None:
        plan(storage, delivery(1, kind=DeliveryKind.FIRST_BREAKING, release_at=NOW + HOUR))
        plan(storage, delivery(1))
        (daily,) = storage.claim_deliveries("me", NOW, 2 * HOUR, 9)
        assert claim(storage, now=NOW + HOUR) == []
        storage.turn_over("me", [], [daily.id or 0], NOW + HOUR, LEASE)
        storage.turn_over("me", [Settled(daily.id or 0, DeliveryState.SENT)], [], NOW, LEASE)
        assert len(claim(storage, now=NOW + HOUR)) == 1

    def test_a_doubt_is_not_sent_again_when_it_is_too_late(self, storage: Storage) -> None:
        plan(storage, delivery(1, expires_at=NOW + HOUR))
        storage.turn_over("me", [], claim(storage), NOW, LEASE)
        storage.resolve_doubts(NOW + HOUR, InDoubt.RESEND)
        late = only(storage, 1)
        assert (late.state, late.doubts) == (DeliveryState.LATE, 1)

    @pytest.mark.parametrize(
        ("policy", "state"),
        [(InDoubt.SKIP, DeliveryState.IN_DOUBT), (InDoubt.RESEND, DeliveryState.WAITING)],
    )
    def test_what_a_killed_process_was_sending_is_resolved_by_policy_and_counted(
        self, storage: Storage, other: Storage, policy: InDoubt, state: DeliveryState
    ) -> None:
        plan(storage, delivery(1), delivery(2))
        first, second = claim(storage)
        storage.turn_over("me", [], [first], NOW, LEASE)
        assert other.resolve_doubts(NOW + LEASE / 2, policy) == []
        assert [each.id for each in other.resolve_doubts(NOW + LEASE, policy)] == [first]
        assert other.resolve_doubts(NOW + LEASE, policy) == []
        assert only(storage, 1).state is state
        assert sum(each.doubts for each in storage.digest_days(date.min)) == 1
        again = claim(other, "they", NOW + HOUR)
        assert again == ([second] if policy is InDoubt.SKIP else [first, second])

    def test_only_what_waits_can_be_closed(self, storage: Storage) -> None:
        plan(storage, delivery(1), delivery(2))
        first, second = (each.id or 0 for each in storage.claim_deliveries("me", NOW, LEASE, 2))
        assert not storage.close_delivery(first, DeliveryState.MERGED, None)
        storage.release_claims("me")
        assert storage.close_delivery(second, DeliveryState.MERGED, "in the digest")
        assert storage.waiting_deliveries(2) == []

    def test_what_was_shown_on_demand_is_recorded_once(self, storage: Storage) -> None:
        shown = delivery(1, kind="now 8", state=DeliveryState.SENT, message_id=3, closed_at=NOW)
        assert storage.record_delivery(shown)
        assert not storage.record_delivery(shown)
        assert only(storage, 1) == replace(shown, id=only(storage, 1).id)

    def test_told_digests_are_those_that_were_sent_or_may_be(self, storage: Storage) -> None:
        ids = [storage.write_digest(str(n), Digest((), NOW, NOW)) for n in range(4)]
        kinds = (
            DeliveryState.SENT,
            DeliveryState.IN_DOUBT,
            DeliveryState.REFUSED,
            DeliveryState.LATE,
        )
        for digest_id, state in zip(ids, kinds, strict=True):
            storage.record_delivery(delivery(1, kind=state, state=state, digest_id=digest_id))
        assert storage.told_digests([1, 2], NOW) == {1: (ids[0], ids[1]), 2: ()}
        assert storage.told_digests([1], NOW + HOUR) == {1: ()}

    def test_old_deliveries_go_with_digests_that_nobody_needs(self, storage: Storage) -> None:
        digest_id = storage.write_digest("k", Digest((), NOW, NOW))
        storage.record_delivery(delivery(1, digest_id=digest_id, state=DeliveryState.SENT))
        plan(storage, delivery(2))
        assert storage.forget_deliveries(NOW) == 0
        assert storage.forget_deliveries(NOW + HOUR) == 1
        assert storage.deliveries_of(1, 9) == []
        assert storage.get_digests([digest_id]) == {}
        assert only(storage, 2).state is DeliveryState.WAITING
