"""The settings of somebody's digest as a message with buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.callbacks import Action, Panel, pack, topic_key
from bot.render.buttons import Button
from bot.render.digest import PushMessage
from bot.render.html import text_message
from bot.render.translation import LANGUAGES
from bot.render.wording import one_line
from bot.render.zones import zone_named
from retrieval.records import EVERY_DAY, WEEKDAYS, Subscriber, WhenEmpty

if TYPE_CHECKING:
    from bot.render.translation import Translator

_ZONES = (("WIB", "Asia/Jakarta"), ("WITA", "Asia/Makassar"), ("WIT", "Asia/Jayapura"))
"""Indonesia's three, by the names that they have there; all others are typed."""

_TIMES = ("0600", "0700", "0800", "1200", "1800", "2000")
_STORIES = (3, 5, 10)
_QUIET = ("2200-0700", "2300-0600")
_LONGEST_LABEL = 30


def settings_message(subscriber: Subscriber, t: Translator) -> PushMessage:
    """Return how a digest is set, with buttons for all of it."""
    chosen = subscriber.preferences
    days = {EVERY_DAY: t("every day"), WEEKDAYS: t("on weekdays")}.get(
        chosen.days, t.weekdays(chosen.days)
    )
    when = t("{time}, {days} ({zone})", time=t.clock(chosen.at), days=days, zone=chosen.timezone)
    lines = [
        t("Your daily digest is on.") if subscriber.active else t("Your daily digest is off."),
        f"{t('When')}: {when}",
        f"{t('Stories')}: {chosen.stories}",
    ]
    if chosen.topics:
        lines.append(f"{t('First')}: {_listed(chosen.topics)}")
    if chosen.left_out:
        lines.append(f"{t('Left out')}: {_listed(chosen.left_out)}")
    if chosen.quiet:
        lines.append(f"{t('Quiet')}: {t.clock(chosen.quiet[0])}–{t.clock(chosen.quiet[1])}")
    if subscriber.next_due is not None and subscriber.active:
        lines.append(f"{t('Next')}: {_next_due(subscriber, t)}")
    turn = (
        (t("Turn off"), pack(Action.OFF)) if subscriber.active else (t("Turn on"), pack(Action.ON))
    )
    keyboard = (
        (turn,),
        (_shows(t("Time"), Panel.TIME), _shows(t("Time zone"), Panel.ZONE)),
        (_shows(t("Days"), Panel.DAYS), _shows(t("Stories"), Panel.STORIES)),
        (_shows(t("Topics"), Panel.TOPICS), _shows(t("Quiet hours"), Panel.QUIET)),
        (_shows(t("Language"), Panel.LANGUAGE), _switch(t("Picture"), "picture", chosen.picture)),
        (
            _switch(t("Breaking stories"), "breaking", chosen.breaking),
            _switch(t("A line on empty days"), "line", chosen.when_empty is WhenEmpty.LINE),
        ),
    )
    return PushMessage(text_message("\n".join(lines)), keyboard)


def panel_message(panel: Panel, subscriber: Subscriber, t: Translator) -> PushMessage:
    """Return one part of the settings, with buttons for it."""
    chosen = subscriber.preferences
    if panel is Panel.SETTINGS:
        return settings_message(subscriber, t)
    if panel is Panel.TOPICS:
        return topics_message(subscriber, t)
    rows: list[Sequence[Button]]
    if panel is Panel.TIME:
        text = t("At what time shall the digest come? It is {time}.", time=t.clock(chosen.at))
        labels = [(f"{value[:2]}:{value[2:]}", pack(Action.AT, value)) for value in _TIMES]
        rows = [labels[:3], labels[3:], [_asks(t("Another time"), "time")]]
    elif panel is Panel.ZONE:
        text = t("Your time zone is {zone}.", zone=chosen.timezone)
        rows = [
            [(name, pack(Action.ZONE, zone)) for name, zone in _ZONES],
            [_asks(t("Another time zone"), "zone")],
        ]
    elif panel is Panel.DAYS:
        text = t("On which days shall it come? Now: {days}", days=t.weekdays(chosen.days))
        rows = [*_days(chosen.days, t), [_asks(t("Other days"), "days")]]
    elif panel is Panel.STORIES:
        text = t("How many stories shall it have at most?")
        rows = [
            [
                (_marked(str(one), one == chosen.stories), pack(Action.STORIES, one))
                for one in _STORIES
            ]
        ]
    elif panel is Panel.LANGUAGE:
        text = t("In which language shall I speak?")
        rows = [
            [(_marked(name, code == chosen.language), pack(Action.LANGUAGE, code))]
            for code, name in LANGUAGES.items()
        ]
    else:
        text = t("When shall nothing be sent? What falls due then comes afterwards.")
        rows = [
            [
                (f"{one[:2]}:{one[2:4]}–{one[5:7]}:{one[7:]}", pack(Action.QUIET, one))
                for one in _QUIET
            ],
            [(t("Never quiet"), pack(Action.QUIET)), _asks(t("Other hours"), "quiet")],
        ]
    return PushMessage(text_message(text), (*map(tuple, rows), (_back(t),)))


def topics_message(subscriber: Subscriber, t: Translator) -> PushMessage:
    """Return the topics, with a button to remove each."""
    chosen = subscriber.preferences
    if not chosen.topics and not chosen.left_out:
        text = t("You have no topics yet: the digest tells what most outlets tell.")
    else:
        wanted = _listed(chosen.topics) or "–"
        text = t("These come first: {topics}", topics=wanted)
        if chosen.left_out:
            text += "\n" + t("These are left out: {topics}", topics=_listed(chosen.left_out))
    rows = [
        ((f"✕ {mark}{one_line(topic, _LONGEST_LABEL)}", pack(Action.FORGET, topic_key(topic))),)
        for mark, topics in (("", chosen.topics), ("−", chosen.left_out))
        for topic in topics
    ]
    add = (_asks(t("Add topics"), "topics"),)
    return PushMessage(text_message(text), (*rows, add, (_back(t),)))


def _listed(topics: Sequence[str]) -> str:
    """Return topics as they were typed, less what would turn the words around them."""
    return ", ".join(one_line(topic) for topic in topics)


def _next_due(subscriber: Subscriber, t: Translator) -> str:
    assert subscriber.next_due is not None  # noqa: S101  asked before
    return t.moment(subscriber.next_due, zone_named(subscriber.preferences.timezone))


def _days(chosen: tuple[int, ...], t: Translator) -> list[Sequence[Button]]:
    """Return a button for each day, which says what the days are then, never "the other way"."""
    each = []
    for day in EVERY_DAY:
        days = sorted(set(chosen) ^ {day}) or [day]
        label = _marked(t.weekdays((day,)), day in chosen)
        each.append((label, pack(Action.DAYS, "".join(map(str, days)))))
    return [
        each[:4],
        each[4:],
        [
            (t("Every day"), pack(Action.DAYS, "0123456")),
            (t("Weekdays"), pack(Action.DAYS, "01234")),
        ],
    ]


def _marked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label


def _switch(label: str, name: str, on: bool) -> Button:
    return _marked(label, on), pack(Action.OFF if on else Action.ON, name)


def _shows(label: str, panel: Panel) -> Button:
    return label, pack(Action.SHOW, panel)


def _asks(label: str, wanted: str) -> Button:
    return label, pack(Action.ASK, wanted)


def _back(t: Translator) -> Button:
    return t("Back"), pack(Action.SHOW, Panel.SETTINGS)
