"""Stories, outlets, and what Kabar keeps of a person, as Telegram messages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from bot.callbacks import Action, pack
from bot.render import wording
from bot.render.answers import headline
from bot.render.html import plain_block, text_message
from bot.render.readers import Reader
from bot.render.splitting import Block, Message
from bot.render.splitting import pack as pack_blocks
from bot.render.translation import LANGUAGES, Translator

if TYPE_CHECKING:
    from bot.render.buttons import Keyboard
    from retrieval.records import LibraryStatistics
    from retrieval.story_desk import ToldStory

_MOST_OUTLETS = 30
_LABEL = 48  # characters of a headline on a button


def stories_message(
    heading: str, stories: Sequence[ToldStory], reader: Reader
) -> tuple[Message, Keyboard]:
    """Return stories by headline, with a button for each."""
    lines = [plain_block(heading)]
    for number, told in enumerate(stories, start=1):
        line = headline(told.newest, reader)
        count = told.story.independent_sources
        sources = reader.t.plural("one source", "{count} sources", count) if count > 1 else ""
        more = f" · {sources}" if sources else ""
        lines.append(
            Block(
                f"{number}. {line.html.removeprefix('• ')}{escape(more, quote=False)}",
                f"{number}. {line.plain.removeprefix('• ')}{more}",
            )
        )
    message = pack_blocks(lines)[0]
    buttons = [
        (str(number), pack(Action.VIEW, told.story.id))
        for number, told in enumerate(stories, start=1)
    ]
    return message, [buttons[:5], buttons[5:]]


def start_message(stories: Sequence[ToldStory], reader: Reader) -> tuple[Message, Keyboard]:
    """Return the greeting, with today's headlines as questions to begin with."""
    text = wording.start(reader.t)
    if stories:
        text += "\n\n" + reader.t("Or begin with something from the news:")
    rows = [
        [
            (
                wording.one_line(told.newest.title, _LABEL) or reader.t("Untitled"),
                pack(Action.EXAMPLE, told.story.id),
            )
        ]
        for told in stories
    ]
    return text_message(text), rows


def sources_list(statistics: LibraryStatistics, reader: Reader) -> Message:
    """Return what was read, by outlet, those of the most articles first."""
    t = reader.t
    lines = [wording.library_line(reader, statistics.articles, statistics.newest)]
    by_count = sorted(statistics.sources.items(), key=lambda one: (-one[1], one[0]))
    for name, count in by_count[:_MOST_OUTLETS]:
        lines.append(f"• {wording.one_line(name) or t('Untitled')} – {t.number(count)}")
    if len(by_count) > _MOST_OUTLETS:
        rest = len(by_count) - _MOST_OUTLETS
        lines.append(t.plural("and one more", "and {count} more", rest))
    return text_message("\n".join(lines))


def language_message(t: Translator) -> tuple[Message, Keyboard]:
    """Ask for a language, each by the name that it calls itself."""
    buttons = [(name, pack(Action.SPEAK, code)) for code, name in LANGUAGES.items()]
    return text_message(t("Which language shall I speak? Questions may be in any.")), [buttons]


def privacy_message(t: Translator) -> Message:
    """Tell what is kept of a person."""
    return text_message(
        t(
            "What I keep of you: your questions with their answers, for 30 days, so that you can "
            "ask further; what you think of answers; the questions that you follow, until you "
            "remove them; the settings of your digest and what was sent to you; how many "
            "questions you asked today. Nobody else gets it. Your name is not kept. /forget "
            "erases all of it at once."
        )
    )


def forget_message(t: Translator) -> tuple[Message, Keyboard]:
    """Ask whether everything is to be erased."""
    text = t("Shall I erase all that I know of you? Your digest ends with it.")
    buttons = [
        (t("Yes, erase it"), pack(Action.ERASE, "yes")),
        (t("No"), pack(Action.ERASE, "no")),
    ]
    return text_message(text), [buttons]
