"""Presses of buttons: each says what is to be, so that an old one, or one twice, does no harm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

from bot.callbacks import Action, Panel, Press, topic_key, unpack
from bot.handlers.choices import STORIES, without_topic
from bot.handlers.expected import Wanted
from bot.handlers.prompts import prompt
from bot.journal import note
from bot.parsing.zones import parse_zone
from bot.render.settings import panel_message
from bot.render.translation import LANGUAGES, translator
from retrieval.records import Preferences, WhenEmpty

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.expected import Expected
    from bot.handlers.stories import Stories
    from bot.handlers.subscriptions import Subscriptions, Talk


Presses = Mapping[Action, Callable[["Talk", Press], Awaitable["str | None"]]]
"""What does an action: it returns what to say in passing, maybe nothing (""), or None where the
press makes no sense any more."""


class Buttons:
    """Handles presses.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
        expected: Who is asked for what.
        stories: What opens a story.
        for_all: What does an action that anybody in a chat may press, not its admins alone.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        expected: Expected,
        stories: Stories,
        for_all: Presses,
    ) -> None:
        self._for_all = {Action.STORY: self._open, **for_all}
        self._to = subscriptions
        self._expected = expected
        self._stories = stories
        self._special: dict[Action, Callable[[Talk, Press], Awaitable[str | None]]] = {
            Action.LESS: self._less,
            Action.SHOW: self._show,
            Action.ASK: self._ask,
        }

    async def pressed(self, update: Update, _: Any) -> None:
        """Do what a button says, and answer the press, whatever becomes of it."""
        query = update.callback_query
        if query is None:
            return
        press = unpack(query.data)
        note(kind="press", action=press.action if press else None)
        talk = await self._to.pressed(query)
        if talk is None:
            await self._to.panels.answer(query)
            return
        said = await self._do(talk, press) if press else None
        if said is None:
            said = talk.t("That button is too old. Please ask again, or see /help.")
        await self._to.panels.answer(query, said or None)

    async def _do(self, talk: Talk, press: Press) -> str | None:
        """Do what a press asks for.

        Returns:
            What to say in passing, maybe nothing (""); None where the press makes no sense.
        """
        if press.action in self._for_all:
            return await self._for_all[press.action](talk, press)
        if not await self._to.may_set(talk):
            return ""
        if press.action in (Action.ON, Action.OFF) and not press.values:
            return await self._turn(talk, on=press.action is Action.ON)
        do = self._special.get(press.action, self._choose)
        return await do(talk, press)

    async def _choose(self, talk: Talk, press: Press) -> str | None:
        """Keep what a button chose and show it."""
        changed = chosen(talk.preferences, press)
        if changed is None:
            return None
        subscriber = await self._to.change(talk, changed)
        t = translator(changed.language)
        panel = _SHOWN_AFTER.get(press.action, Panel.SETTINGS)
        await self._to.show(talk, panel_message(panel, subscriber, t))
        return t("Saved.")

    async def _open(self, talk: Talk, press: Press) -> str | None:
        digest_id, rank = press.number(0), press.number(1)
        if digest_id is None or rank is None:
            return None
        if await self._stories.open(talk, digest_id, rank):
            return ""
        return talk.t("That story is not kept any more.")

    async def _less(self, talk: Talk, press: Press) -> str | None:
        digest_id, rank = press.number(0), press.number(1)
        if digest_id is None or rank is None:
            return None
        if await self._stories.less(talk, digest_id, rank):
            return talk.t("Noted: less like story {rank} from now on.", rank=rank)
        return talk.t("That story is not kept any more.")

    async def _show(self, talk: Talk, press: Press) -> str | None:
        panel = press.values[0] if press.values else ""
        if panel not in set(Panel):
            return None
        await self._to.show(talk, panel_message(Panel(panel), talk.subscriber, talk.t))
        return ""

    async def _ask(self, talk: Talk, press: Press) -> str | None:
        wanted = press.values[0] if press.values else ""
        if wanted not in set(Wanted):
            return None
        if talk.in_channel:  # where nobody can be answered but by a post for all
            return talk.t("In a channel, post it instead: /digest 07:30 Asia/Jakarta")
        self._expected.expect(talk.chat_id, talk.user_id, Wanted(wanted))
        await self._to.ask(talk, prompt(Wanted(wanted), talk.t))
        return ""

    async def _turn(self, talk: Talk, *, on: bool) -> str:
        if on:
            subscriber = await self._to.subscribe(talk, talk.preferences)
        elif talk.is_new:  # an old button of somebody who was forgotten: nothing is on
            subscriber = talk.subscriber
        else:
            subscriber = await self._to.call(self._to.desk.unsubscribe, talk.chat_id)
        await self._to.show_settings(talk, subscriber)
        return talk.t("The digest is on.") if on else talk.t("The digest is off.")


def chosen(preferences: Preferences, press: Press) -> Preferences | None:
    """Return preferences with what a button chose, or None where it makes no sense; pure."""
    choose = _CHOICES.get(press.action)
    value = press.values[0] if press.values else ""
    return choose(preferences, value, press.action) if choose else None


def _at(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    at = _time(value)
    return None if at is None else replace(preferences, at=at)


def _zone(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    zone = parse_zone(value)
    return None if zone is None else replace(preferences, timezone=zone)


def _days(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    if not value or not set(value) <= set("0123456"):
        return None
    return replace(preferences, days=tuple(sorted({int(day) for day in value})))


def _stories(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    number = {str(one): one for one in STORIES}.get(value)
    return None if number is None else replace(preferences, stories=number)


def _language(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    return replace(preferences, language=value) if value in LANGUAGES else None


def _forget(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    for topic in (*preferences.topics, *preferences.left_out):
        if topic_key(topic) == value:
            return without_topic(preferences, topic)
    return preferences  # it is gone already


def _switch(preferences: Preferences, value: str, action: Action) -> Preferences | None:
    on = action is Action.ON
    if value == "line":
        return replace(preferences, when_empty=WhenEmpty.LINE if on else WhenEmpty.SILENCE)
    if value == "breaking":
        return replace(preferences, breaking=on)
    return replace(preferences, picture=on) if value == "picture" else None


def _quiet(preferences: Preferences, value: str, _: Action) -> Preferences | None:
    if not value:
        return replace(preferences, quiet=None)
    first, _dash, last = value.partition("-")
    begin, end = _time(first), _time(last)
    if begin is None or end is None or begin == end:
        return None
    return replace(preferences, quiet=(begin, end))


def _time(value: str) -> time | None:
    """Return the time that four digits are."""
    if len(value) != 4 or not (value.isascii() and value.isdecimal()):
        return None
    hour, minute = int(value[:2]), int(value[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


_CHOICES: dict[Action, Callable[[Preferences, str, Action], Preferences | None]] = {
    Action.ON: _switch,
    Action.OFF: _switch,
    Action.AT: _at,
    Action.ZONE: _zone,
    Action.DAYS: _days,
    Action.STORIES: _stories,
    Action.LANGUAGE: _language,
    Action.QUIET: _quiet,
    Action.FORGET: _forget,
}
_SHOWN_AFTER = {Action.FORGET: Panel.TOPICS, Action.DAYS: Panel.DAYS}
