"""Who and what is there to play with: people, the groups that they are in, and a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.playground.clock import PushedClock
from bot.playground.state import Json, World

if TYPE_CHECKING:
    from bot.playground.local import LocalBotApi
    from bot.playground.people import Group, Person

MESSAGES_KEPT = 400  # of a chat
CALLS_KEPT = 1_500
_PEOPLE = (("Ana", "en"), ("Budi", "id"), ("陳小明", "zh-hant"), ("ليلى", "ar"))


@dataclass
class Scene:
    """What the page plays with.

    Args:
        world: The local Bot API's world.
        clock: The world's time, and the library's.
        people: By id; each has a private chat with the bot.
        groups: By id; everybody is in all of them.
    """

    world: World
    clock: PushedClock
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)

    def message(self, person: Person, chat_id: int, message_id: int) -> Json:
        """Return a message that somebody can see.

        Raises:
            KeyError: There is none.
        """
        if chat_id != person.id and chat_id not in self.groups:
            raise KeyError(chat_id)
        message: Json = self.world.chats[chat_id].messages[message_id]
        return message


def set_the_scene(api: LocalBotApi, clock: PushedClock) -> Scene:
    """Let people and groups be there, and the world's time be the clock's.

    One group is as most are; the other has topics, of which the bot made one: there Telegram lets
    every message look like a reply to the bot.
    """
    world = api.world
    world.clock = lambda: clock.now().timestamp()
    world.keep(messages=MESSAGES_KEPT, calls=CALLS_KEPT)
    people = [api.person(name, language) for name, language in _PEOPLE]
    newsroom = api.group("Newsroom")
    forum = api.group("World desk", forum=True)
    for group in (newsroom, forum):
        group.has_admin(people[0])
        for person in people[1:]:
            group.has_member(person)
    forum.opens_topic(people[0].user, "Diplomacy")
    forum.opens_topic(world.bot, "Ask Kabar")
    return Scene(
        world, clock, {one.id: one for one in people}, {one.id: one for one in (newsroom, forum)}
    )
