"""What a subscriber wants, the digest that is made of it, and its way to them.

A digest holds no words of an article: a quote is its article's id with offsets, sliced anew, and
checked, each time it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records.answers import Quote
    from retrieval.records.articles import Article
    from retrieval.records.vectors import Vector

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)


class WhenEmpty(StrEnum):
    """What somebody gets on a day on which there is nothing new to tell."""

    SILENCE = "silence"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody chose. Equal preferences make equal digests.

    Args:
        at: The local time of the daily digest.
        timezone: An IANA name, "Asia/Jakarta", or a fixed offset, "UTC+05:45".
        days: Days of the week on which it comes, Monday is 0, ascending.
        stories: How many at most.
        language: Of the interface ("en"); a quote is taken in it where a source has one.
        topics: What comes first, in the person's words.
        left_out: What is left out.
        disliked: Ids of articles whose like is wanted less, newest last.
        quiet: From when to when, local, nothing is sent; may cross midnight.
        when_empty: What a day with nothing new brings.
        breaking: Whether great stories are told between digests.
        picture: Whether a chart goes before the digest.
    """

    at: time = time(7)
    timezone: str = "UTC"
    days: tuple[int, ...] = EVERY_DAY
    stories: int = 5
    language: str = "en"
    topics: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    quiet: tuple[time, time] | None = None
    when_empty: WhenEmpty = WhenEmpty.SILENCE
    breaking: bool = False
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat that has settings, and maybe a digest: a person, a group or a channel.

    Args:
        chat_id: The chat, its identity.
        preferences: What was chosen.
        active: Whether it wants the digest.
        paused_because: Why nothing can be sent ("bot was blocked by the user"), None while it can.
        thread_id: The forum topic in which it was asked for.
        next_due: When the next daily digest is due, UTC; None while inactive or paused.
        covered_until: Up to when its digests have told the news; None before the first.
        created_at: Since when it is known; set by the store.
    """

    chat_id: int
    preferences: Preferences
    active: bool = False
    paused_because: str | None = None
    thread_id: int | None = None
    next_due: datetime | None = None
    covered_until: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that a digest may tell of: what ranking needs, and no text.

    ``seen_at`` is when it was published, else added. ``length`` is its text's, in characters;
    ``full`` whether it is more than a summary. ``origins``: what shares one is not independent.
    """

    article_id: str
    story_id: int
    source: str | None
    language: str | None
    seen_at: datetime
    added_at: datetime
    length: int
    full: bool
    origins: tuple[str, ...]
    vector: Vector


@dataclass(frozen=True, slots=True)
class DigestStory:
    """One story of a digest.

    Args:
        story_id: The story as it was called then; stories may be divided anew later.
        headline: The title that stands for it.
        quote: What tells what happened; None where no sentence stands on its own.
        articles: All that tell it: the quote's first, then those in the language, each time the
            most complete first.
        independent_sources: How many outlets told it by themselves.
        score: By which it was ranked; higher is better.
        topic: The topic that it is near to, in the person's words.
        update: Whether an earlier digest told it, and this is what is new.
    """

    story_id: int
    headline: str
    quote: Quote | None
    articles: tuple[Article, ...]
    independent_sources: int
    score: float
    topic: str | None = None
    update: bool = False


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story in full.

    Args:
        headline: The title that stands for it.
        quotes: At most one of each outlet, what tells most first.
        articles: All that tell it, in order of time.
        sources: The outlets, in the order in which they told it.
        independent_sources: How many told it by themselves.
        story_id: The story as it is called now; None where its articles are in none any more.
    """

    headline: str
    quotes: tuple[Quote, ...]
    articles: tuple[Article, ...]
    sources: tuple[str, ...]
    independent_sources: int
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class HourlySources:
    """How stories spread: for each hour, how many outlets first told a story in it.

    Args:
        hours: When each hour begins, ascending, without gaps.
        stories: Each story's headline and counts, one for each hour.
    """

    hours: tuple[datetime, ...]
    stories: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of a day for everyone with the same settings and the same past.

    Args:
        stories: Best first; may be empty.
        since: From when articles were looked at.
        until: When it was made.
        considered: How many articles were looked at.
        already_sent: How many stories were left out because an earlier digest told them.
        left_out: How many because of a topic that is left out.
        id: Given by the store.
    """

    stories: tuple[DigestStory, ...]
    since: datetime
    until: datetime
    considered: int = 0
    already_sent: int = 0
    left_out: int = 0
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story that a chat was told: all that novelty needs.

    ``vector`` is the mean of its articles', of unit length.
    """

    story_id: int
    article_ids: frozenset[str]
    told_at: datetime
    vector: Vector | None = None


class DeliveryKind(StrEnum):
    """What a delivery is. With chat and local date it is the key: each is sent once."""

    PICTURE = "picture"
    DAILY = "daily"
    FIRST_BREAKING = "breaking 1"
    SECOND_BREAKING = "breaking 2"


class DeliveryState(StrEnum):
    """Where a delivery stands. The first three are open, all others closed for good.

    WAITING: may be claimed from ``release_at`` on. CLAIMED: leased, nothing sent: may be taken
    back when the lease is over. SENDING: the request may be under way: when its lease is over,
    nobody knows. SENT: Telegram gave a message id. REFUSED: Telegram will not take it. IN_DOUBT:
    it may have arrived. LATE: its time was over before it could be sent. EMPTY: there was nothing
    to tell. MERGED: another delivery told it.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"
    LATE = "late"
    EMPTY = "empty"
    MERGED = "merged"


class InDoubt(StrEnum):
    """What becomes of a message that may have arrived."""

    SKIP = "skip"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox: one digest, or one update of a follow, to one chat, once.

    Args:
        chat_id: To whom.
        local_date: The day that it is for, in the subscriber's zone.
        kind: What it is; a `DeliveryKind`, "now N" for one that was asked for, or "update N".
        digest_id: What it tells; None where there was nothing.
        language: In which it is worded.
        timezone: In which its times are worded.
        due_at: When it was due.
        release_at: From when it may be sent: later than due in quiet hours.
        expires_at: From when it is too late.
        thread_id: The forum topic.
        state: Where it stands.
        attempts: How often sending was begun.
        doubts: How often it was unknown whether it arrived.
        message_id: Telegram's, once sent.
        detail: Why it stands where it does, in words, if there is something to say.
        closed_at: When it was closed.
        follow_id: The follow that it is an update of; None for a digest.
        turn_id: The turn that has the update's quotes.
        id: Given by the store.
    """

    chat_id: int
    local_date: date
    kind: str
    digest_id: int | None
    language: str
    due_at: datetime
    release_at: datetime
    expires_at: datetime
    timezone: str = "UTC"
    thread_id: int | None = None
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    doubts: int = 0
    message_id: int | None = None
    detail: str | None = None
    closed_at: datetime | None = None
    follow_id: int | None = None
    turn_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a delivery that was begun.

    ``state`` is SENT, REFUSED or IN_DOUBT, or WAITING to try again in a while. ``doubted`` says
    that it may have arrived, and is counted.
    """

    delivery_id: int
    state: DeliveryState
    message_id: int | None = None
    detail: str | None = None
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class DigestDay:
    """How a day's deliveries stand: a number for each state that has any."""

    local_date: date
    states: Mapping[DeliveryState, int]
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class DigestStatus:
    """How the digest stands as a whole."""

    subscribers: int
    active: int
    paused: int
    days: tuple[DigestDay, ...]


class WhyReason(StrEnum):
    """Why somebody's last digest was what it was, or why none came; the first that holds.

    NOT_SUBSCRIBED: it is turned off. PAUSED: Telegram let nothing through to this chat.
    QUIET: it is due, and held until the quiet hours are over. WAITING: it is on its way.
    NOT_YET: none was due so far. SENT: it came. IN_DOUBT: it may have come. LATE: its time was
    over before it could be sent. REFUSED: Telegram did not take it. SOURCES_DOWN: nothing was
    read in that time. ALREADY_SENT: all that was new had been told before, or is left out.
    NOTHING_NEW: what was read told no story.
    """

    NOT_SUBSCRIBED = "not subscribed"
    PAUSED = "paused"
    QUIET = "quiet"
    WAITING = "waiting"
    NOT_YET = "not yet"
    SENT = "sent"
    IN_DOUBT = "in doubt"
    LATE = "late"
    REFUSED = "refused"
    SOURCES_DOWN = "sources down"
    ALREADY_SENT = "already sent"
    NOTHING_NEW = "nothing new"


@dataclass(frozen=True, slots=True)
class Why:
    """Why the last digest was what it was, or why none came: facts, and no words for people.

    Args:
        reason: The reason.
        subscriber: Whose; with ``paused_because`` and ``next_due``.
        delivery: The last delivery that is no picture, of whatever kind; None before the first.
        digest: What it told, with how many articles were looked at, how many stories were told
            before, how many are left out; None where nothing was composed.
        quiet_until: When what is held is released, UTC; None where nothing is held.
        feeds: How many feeds are read.
        feeds_failing: How many of them failed when they were last visited, or are paused.
    """

    reason: WhyReason
    subscriber: Subscriber
    delivery: Delivery | None = None
    digest: Digest | None = None
    quiet_until: datetime | None = None
    feeds: int = 0
    feeds_failing: int = 0


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a tick of the plan did.

    Args:
        subscribers: How many were due.
        planned: Deliveries written that are to be sent, with pictures and breaking ones.
        empty: Subscribers who had nothing new and wanted silence.
        late: Digests whose time was over.
        breaking: Of ``planned``, how many tell breaking stories.
        composed: Digests that were composed, each once for all with the same settings and past.
    """

    subscribers: int = 0
    planned: int = 0
    empty: int = 0
    late: int = 0
    breaking: int = 0
    composed: int = 0
