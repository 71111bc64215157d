"""What Kabar says in English, to compare with what was said."""

from __future__ import annotations

from bot.render import wording
from bot.render.readers import ENGLISH

t = ENGLISH.t

START = wording.start(t)
HELP = wording.help_text(t)
ADMIN_HELP = wording.admin_help(t)
ASK_USAGE = wording.ask_usage(t)
ADD_FEED_USAGE = wording.add_feed_usage(t)
REMOVE_FEED_USAGE = wording.remove_feed_usage(t)
UNKNOWN_COMMAND = wording.unknown_command(t)
ONLY_TEXT = wording.only_text(t)
NO_WORDS = wording.no_words(t)
FAILED = wording.failed(t)
BUSY = wording.busy(t)
CHAT_HELP = wording.chat_help(t)
COMMANDS = wording.commands(t)
ADMIN_COMMANDS = wording.admin_commands(t)
NEAREST = wording.nearest(t)
NOT_FOUND = "Nothing in the news that Kabar has read answers this."
EMPTY_LIBRARY = "Kabar has not read any news yet, so it cannot answer. Please ask again later."
UNTITLED = "Untitled"
NO_FEEDS = "No feed is read yet. /addfeed ADDRESS adds one."
NOTICE = "For the operator:"


def question_was_cut(characters: int) -> str:
    return wording.question_was_cut(t, characters)
