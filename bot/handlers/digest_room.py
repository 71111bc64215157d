"""All that is said about the digest, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.handlers.answers import Answers
from bot.handlers.buttons import Buttons
from bot.handlers.digest import DigestCommands
from bot.handlers.expected import Expected
from bot.handlers.membership import Membership
from bot.handlers.quiet import Quiet
from bot.handlers.stories import Stories
from bot.handlers.topics import Topics
from bot.handlers.trend import Trends
from bot.handlers.why import Why

if TYPE_CHECKING:
    from bot.handlers.buttons import Presses
    from bot.handlers.courtesy import Courtesy
    from bot.handlers.questions import Questions
    from bot.handlers.subscriptions import Subscriptions
    from bot.offload import Offload
    from retrieval.kabar import Kabar


class DigestRoom:
    """The digest's handlers.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
        kabar: The library, whose desk does what they are asked for.
        offload: The threads in which it does.
        questions: What answers words that are none of theirs.
        courtesy: What answers what nobody asked for.
        presses: What answers buttons that are none of theirs.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        kabar: Kabar,
        offload: Offload,
        questions: Questions,
        courtesy: Courtesy,
        *,
        presses: Presses,
    ) -> None:
        expected = Expected()
        stories = Stories(subscriptions)
        self.commands = DigestCommands(subscriptions, questions)
        self.topics = Topics(subscriptions)
        self.quiet = Quiet(subscriptions)
        self.why = Why(subscriptions)
        self.trends = Trends(subscriptions, questions)
        self.buttons = Buttons(subscriptions, expected, stories, presses)
        self.membership = Membership(kabar, offload, subscriptions)
        self.answers = Answers(
            subscriptions,
            expected,
            topics=self.topics,
            quiet=self.quiet,
            stories=stories,
            questions=questions,
            courtesy=courtesy,
        )
