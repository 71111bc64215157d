"""From a question as it was written to what is searched for.

follow-up -> time -> the newest: each takes out of the question what it understood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from retrieval.conversation.follow_ups import searched_for
from retrieval.conversation.latest import newest_about
from retrieval.conversation.periods import find_period, without
from retrieval.records import Ask, Filters, Inquiry


class Understanding:
    """Understands questions.

    Args:
        clock: What time it is, in UTC.
        oldest: When the oldest article of the library was published, if any has a date.
        zone: The time zone of a name, as in `Preferences`.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        oldest: Callable[[], datetime | None],
        zone: Callable[[str], tzinfo],
    ) -> None:
        self._clock = clock
        self._oldest = oldest
        self._zone = zone

    def inquiry(self, ask: Ask, filters: Filters | None = None) -> Inquiry:
        """Return what to search for.

        Args:
            ask: The question.
            filters: What narrows the search besides.
        """
        searched = searched_for(ask.question, ask.turns)
        whole = searched or ask.question
        inquiry = Inquiry(ask.question, whole, filters, follows_up=searched is not None)
        named = find_period(whole, self._clock(), self._zone(ask.timezone), ask.language)
        if named and self._is_covered(named.period.published_before):
            inquiry = replace(
                inquiry,
                searched=without(inquiry.searched, named),
                period=named.period,
                filters_outside=filters,
                filters=replace(
                    filters or Filters(),
                    published_from=named.period.published_from,
                    published_before=named.period.published_before,
                ),
            )
        topic = newest_about(inquiry.searched)
        return replace(inquiry, searched=topic, newest_first=True) if topic else inquiry

    def _is_covered(self, until: datetime | None) -> bool:
        """Tell whether anything may have been published by then.

        "Who won the cup in 1998?" asks about a time, of a library that begins in 2022.
        """
        oldest = self._oldest()
        return oldest is not None and (until is None or until > oldest)
