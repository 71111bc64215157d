"""The conversation desk: what was said to a person, and what they think of it.

Made once by `Kabar`, reached as ``kabar.conversations``. Synchronous, any thread may call, and
nothing here opens a model. A turn's quotes are sliced anew each time, from the articles as they
are stored at that moment: one whose article changed or was withdrawn is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.errors import KabarError
from retrieval.indexing.sentences import split_sentences
from retrieval.records import (
    Answer,
    Article,
    Ask,
    Context,
    Feedback,
    Forgotten,
    QuestionCount,
    Quote,
    QuoteKey,
    Receipt,
    Replied,
    Span,
    Turn,
    Verdict,
)

if TYPE_CHECKING:
    from retrieval.storage.base import Storage

REMEMBERED = timedelta(hours=6)
"""How long a follow-up may build on a turn, unless the turn's answer is replied to."""

_TURNS = 3
_KEPT = timedelta(days=30)
_AROUND = 2
"""Sentences on each side of a quote that its context has."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when a question comes.

    Args:
        known: Its turn, if it was asked before: a repeated update, or an edited question.
        turns: What was said before it, newest first.
        asked_today: How many questions the person asked today (UTC), this one included.
        limit_told: Whether they were told today that it is enough.
    """

    known: Turn | None
    turns: tuple[Turn, ...]
    asked_today: int
    limit_told: bool


class ConversationDesk:
    """Turns, verdicts, limits, and all that is known of a person.

    Args:
        storage: The library.
        clock: What time it is, in UTC.
    """

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock

    # -- turns -----------------------------------------------------------------------------

    def open(
        self,
        chat_id: int,
        user_id: int | None,
        *,
        question_id: int | None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        edited: bool = False,
    ) -> Opening:
        """Begin with a question: return what is known. Nothing is written.

        Args:
            chat_id: Where it was asked.
            user_id: By whom.
            question_id: The message with it, if any.
            thread_id: The forum topic.
            reply_to: The message that it replies to, if any.
            edited: Whether it was changed since.
        """
        known: Turn | None = None
        if question_id is not None:
            known = self._storage.turn_of_question(chat_id, question_id)
        # A repeated update costs nothing; an edited question is one more.
        is_new = known is None or known.reply_id is None or edited
        asked, told = 0, False
        if user_id is not None and is_new:
            asked, told = self._storage.count_questions(user_id, self._clock().date())
            asked += 1
        turns = self.turns(chat_id, user_id, thread_id=thread_id, reply_to=reply_to)
        earlier = tuple(turn for turn in turns if known is None or _is_earlier(turn, known))
        return Opening(known, earlier, asked, told)

    def turns(
        self,
        chat_id: int,
        user_id: int | None,
        *,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> tuple[Turn, ...]:
        """Return what was said before, newest first.

        Args:
            chat_id: Where.
            user_id: By whom.
            thread_id: The forum topic.
            reply_to: The message that is replied to; if it holds an answer, its turn is the one
                that is meant, whoever asked and however long ago.
        """
        if reply_to is not None:
            meant = self._storage.turn_of_reply(chat_id, reply_to)
            if meant is not None:
                return (meant,)
        since = self._clock() - REMEMBERED
        found = self._storage.last_turns(
            chat_id, user_id, thread_id=thread_id, since=since, limit=_TURNS
        )
        return tuple(found)

    def keep(
        self, asks: Sequence[Ask], outcomes: Iterable[tuple[Answer, Receipt] | KabarError]
    ) -> list[Answer | KabarError]:
        """Keep what came of questions, in one transaction; an edited question is the turn it was.

        A power cut may take it, a kill does not: what must not be forgotten is that a question was
        answered, and `finish` sees to that.

        Args:
            asks: The questions. Those of a conversation become turns, and are counted.
            outcomes: What came of each: an answer and why it was given, or why there is none.

        Returns:
            The same, answers with their receipts' ids and their turns.
        """
        with self._storage.together(flushed=False):
            return [
                outcome if isinstance(outcome, KabarError) else self._kept(ask, *outcome)
                for ask, outcome in zip(asks, outcomes, strict=True)
            ]

    def _kept(self, ask: Ask, answer: Answer, receipt: Receipt) -> Answer:
        answer = replace(answer, receipt_id=self._storage.write_receipt(receipt))
        where = ask.asked
        if where is None:
            return answer
        if where.user_id is not None:
            self._storage.count_questions(where.user_id, self._clock().date(), 1)
        turn = Turn(
            chat_id=where.chat_id,
            user_id=where.user_id,
            question=ask.question,
            asked_at=self._clock(),
            searched=answer.searched or ask.question,
            language=answer.language,
            answered=answer.answered,
            quotes=tuple(quote.key for quote in (*answer.quotes, *answer.more)),
            period=answer.period,
            newest_first=answer.newest_first,
            question_id=where.question_id,
            thread_id=where.thread_id,
            receipt_id=answer.receipt_id,
        )
        return replace(answer, turn=self._storage.write_turn(turn))

    def finish(self, updates: Mapping[int, Replied | None]) -> None:
        """Mark updates as handled, and keep which messages answer them, in one transaction.

        Args:
            updates: Their ids, each with the turn that it was and the message that answers it,
                where it was a question that is answered.
        """
        with self._storage.together():
            for update_id, replied in updates.items():
                if replied is not None:
                    self._storage.set_reply(*replied)
                self._storage.finish_update(update_id)

    def turn(self, turn_id: int, chat_id: int) -> Turn | None:
        """Return a turn of a chat; another chat's is None, as is one that was forgotten."""
        found = self._storage.get_turn(turn_id)
        return found if found is not None and found.chat_id == chat_id else None

    def turn_of_question(self, chat_id: int, question_id: int) -> Turn | None:
        """Return the turn of a question's message, or None."""
        return self._storage.turn_of_question(chat_id, question_id)

    def new(self, chat_id: int, user_id: int | None) -> int:
        """Let no follow-up build on what was said so far; return how many turns that were."""
        return self._storage.close_turns(chat_id, user_id)

    # -- what a turn's answer was made of --------------------------------------------------

    def quotes(self, turn: Turn) -> tuple[Quote, ...]:
        """Return a turn's quotes, sliced and checked now, best first."""
        return tuple(self._quoted(turn.quotes))

    @staticmethod
    def context(quote: Quote) -> Context:
        """Return a quote among the sentences around it."""
        return Context(quote, _around(quote))

    def others(self, turn: Turn, limit: int = 8) -> list[Article]:
        """Return the other articles of the story that a turn's first quote is of, newest first."""
        told = {key.article_id for key in turn.quotes[:1]}
        stories = self._storage.get_stories(self._storage.story_of(told).values())
        ids = {each for story in stories.values() for each in story.articles} - told
        found = [
            article
            for article in self._storage.get_articles(ids).values()
            if article.withdrawn_at is None
        ]
        return sorted(found, key=_published, reverse=True)[:limit]

    # -- verdicts, limits and privacy ------------------------------------------------------

    def rate(self, turn_id: int, user_id: int | None, verdict: Verdict) -> bool:
        """Keep what somebody thinks of an answer; False where the turn is forgotten."""
        return self._storage.write_feedback(turn_id, user_id, verdict, self._clock())

    def feedback(self) -> Iterator[Feedback]:
        """Return all verdicts, oldest first."""
        return self._storage.iterate_feedback()

    def count(self, user_id: int) -> QuestionCount:
        """Count what costs as much as a question; return how many of them there were today."""
        return self._storage.count_questions(user_id, self._clock().date(), 1)

    def limit_told(self, user_id: int) -> None:
        """Note that a person was told today that it is enough."""
        self._storage.tell_limit(user_id, self._clock().date())

    def forget(self, chat_id: int, user_id: int) -> Forgotten:
        """Erase all that is known of a person, at once.

        Args:
            chat_id: Their private chat.
            user_id: They.
        """
        return self._storage.forget_person(chat_id, user_id)

    def tidy(self) -> None:
        """Let go what is older than it is kept: turns with their receipts, and counts."""
        before = self._clock() - _KEPT
        self._storage.forget_turns(before)
        self._storage.forget_counts(before.date())

    def _quoted(self, keys: Sequence[QuoteKey]) -> Iterator[Quote]:
        """Yield what of a turn's quotes still stands, checked now.

        Where a quote is gone, the first that said the same takes its place; what differed from
        one that is gone differs from nothing.
        """
        articles = self._storage.get_articles({one.article_id for key in keys for one in key.each})
        stands = False
        for key in keys:
            each = [_sliced(one, articles.get(one.article_id)) for one in key.each]
            found = [quote for quote in each if quote is not None]
            if not key.differs:
                stands = bool(found)
            if found:
                yield replace(found[0], also=tuple(found[1:]), differs=key.differs and stands)


def _sliced(key: QuoteKey, article: Article | None) -> Quote | None:
    """Return the quote of a key, if its article is as it was."""
    if (
        article is None
        or article.withdrawn_at is not None
        or article.content_hash != key.version
        or not 0 <= key.start < key.end <= len(article.text)
    ):
        return None
    return Quote(article, key.start, key.end, 0.0, answer=key.answer)


def _is_earlier(turn: Turn, other: Turn) -> bool:
    return turn.id is not None and other.id is not None and turn.id < other.id


def _around(quote: Quote) -> Span:
    """Return where the sentences around a quote begin and end, the quote's own among them."""
    sentences = split_sentences(quote.article.text, quote.article.language)
    inside = [
        number
        for number, (start, end) in enumerate(sentences)
        if start < quote.end and quote.start < end
    ]
    first = sentences[max(inside[0] - _AROUND, 0)][0] if inside else quote.start
    last = sentences[min(inside[-1] + _AROUND, len(sentences) - 1)][1] if inside else quote.end
    return Span(min(first, quote.start), max(last, quote.end))


def _published(article: Article) -> datetime:
    return article.published_at or article.added_at or datetime.min.replace(tzinfo=UTC)
