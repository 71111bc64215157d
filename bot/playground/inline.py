"""Inline mode, on Telegram's side: what was typed, what the bot offers, and what is chosen.

The same words are answered from memory as long as the bot allows (`cache_time`), to anybody or,
where results are personal, to whoever typed them before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.content import reply_markup, text_content
from bot.playground.parameters import Parameters
from bot.playground.state import Json, World

if TYPE_CHECKING:
    from bot.playground.people import Group, Person

CACHE_SECONDS = 300  # where the bot does not say
OFFERS_KEPT = 500
MAX_QUERY = 256


def ask_inline(person: Person, text: str, group: Group | None = None) -> str:
    """Type an inline query, unless its results are still known; return the query's id.

    Args:
        person: Who types.
        text: What stands after the bot's name.
        group: Where; None in the private chat with the bot.
    """
    world = person.world
    with world.lock:
        for whose in (person.id, None):
            until, query_id = world.cached_offers.get((whose, text), (0.0, ""))
            if until > world.clock() and query_id in world.offers:
                return query_id
    return person.types_inline(text[:MAX_QUERY], "supergroup" if group else "sender")


def keep_offers(world: World, query_id: str, results: list[Json], params: Parameters) -> None:
    """Keep what the bot offers, for whoever typed and for those who type the same."""
    world.offers[query_id] = results
    query = world.inline_queries.pop(query_id, None)
    seconds = params.integer("cache_time")
    if query is not None and seconds != 0:
        whose = query["from"]["id"] if params.boolean("is_personal") else None
        until = world.clock() + (CACHE_SECONDS if seconds is None else seconds)
        world.cached_offers[whose, query["query"]] = (until, query_id)
    _let_go(world.offers)
    _let_go(world.cached_offers)


def choose_offer(
    person: Person, query_id: str, result_id: str, group: Group | None = None, **where: Any
) -> Json:
    """Post an offer as a message "via" the bot; return the message.

    Args:
        person: Who chooses.
        query_id: Which offers.
        result_id: Which of them.
        group: Where to; None to the private chat with the bot.
        where: A topic and a message to reply to, as in `Person.sends`.

    Raises:
        KeyError: There is no such offer (any more).
    """
    offers = person.world.offers[query_id]
    chosen = next((each for each in offers if str(each["id"]) == result_id), None)
    if chosen is None:
        raise KeyError(result_id)
    given = chosen["input_message_content"]
    params = Parameters({**given, "text": given["message_text"]})
    content = text_content(params) | reply_markup(Parameters(chosen))
    return person.sends(group=group, via_bot=person.world.bot, **where, **content)


def _let_go(known: dict[Any, Any]) -> None:
    while len(known) > OFFERS_KEPT:
        del known[next(iter(known))]
