"""Inline mode: quotes offered in any chat, as somebody types `@bot question`."""

from __future__ import annotations

import logging
from datetime import UTC
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError

from bot.delivery import preview_of
from bot.journal import note
from bot.limits import Limits, Pace
from bot.refusals import log_refusal
from bot.render import wording
from bot.render.answers import quotes_page
from bot.render.readers import Reader
from bot.render.translation import translator
from retrieval.errors import KabarError
from retrieval.records import Ask, told_together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from telegram import Update
    from telegram.ext import ExtBot

    from bot.offload import Offload
    from bot.turnstile import Priority
    from retrieval.records import Quote

logger = logging.getLogger(__name__)

CACHED = 60
"""Seconds that Telegram gives the same results to a person who types the same again."""

_LEAST = 3
"""Characters from which something is searched for."""

_DESCRIPTION = 200


class Inline:
    """Handles inline queries.

    Args:
        bot: The bot.
        offload: Where questions are answered.
        limits: How much may be asked in a minute; every letter typed is a query.
        clock: What time it is, in UTC.
    """

    def __init__(
        self,
        bot: ExtBot[Priority],
        offload: Offload,
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._offload = offload
        self._limits = limits
        self._clock = clock

    async def query(self, update: Update, _: Any) -> None:
        """Offer the quotes that answer what was typed so far."""
        query = update.inline_query
        if query is None:
            return
        note(kind="inline")
        t = translator((query.from_user.language_code or "").partition("-")[0])
        reader = Reader(t, UTC, self._clock())
        quotes: tuple[Quote, ...] = ()
        typed = query.query.strip()
        cached = CACHED
        if len(typed) < _LEAST:
            pass  # nothing to search for yet
        elif self._limits.pace(query.from_user.id) is not Pace.FINE:
            cached = 0
        else:
            try:
                answer = await self._offload.ask(Ask(typed[:256], language=t.language))
                quotes = (*answer.quotes, *answer.more)
            except KabarError as error:
                cached = 0
                logger.info("An inline query is not answered: %s", error)
        note(quotes=len(quotes))
        try:
            await self._bot.answer_inline_query(
                query.id,
                [_result(group, reader) for group in told_together(quotes)],
                cache_time=cached,
                # The quotes depend on the words alone, but dates are said in a language.
                is_personal=True,
            )
        except BadRequest as error:
            # Too old: whoever typed on has another by now.
            log_refusal("the answer to an inline query", error)
        except NetworkError as error:
            logger.warning("An inline query could not be answered: %s", error)


def _result(group: Sequence[Quote], reader: Reader) -> InlineQueryResultArticle:
    """Return what is offered: a quote, with those that tell it differently."""
    quote = group[0]
    where = wording.attribution(quote.article, reader)
    message = quotes_page(group, 0, reader).messages[-1]
    return InlineQueryResultArticle(
        id=blake2b(f"{quote.article.id}:{quote.start}".encode(), digest_size=16).hexdigest(),
        title=where.title,
        description=f"{where.details}\n{quote.text}"[:_DESCRIPTION],
        input_message_content=InputTextMessageContent(
            message.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=preview_of(message),
        ),
    )
