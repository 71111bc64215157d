"""All that is said about the digest, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.handlers.answers import Answers
from bot.handlers.buttons import Buttons
from bot.handlers.digest import DigestCommands
from bot.handlers.expected import Expected
from bot.handlers.membership import Membership
from bot.handlers.panels import Panels
from bot.handlers.permissions import Permissions
from bot.handlers.quiet import Quiet
from bot.handlers.stories import Stories
from bot.handlers.subscriptions import Subscriptions
from bot.handlers.topics import Topics
from bot.handlers.trend import Trends
from bot.handlers.why import Why

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.delivery import Delivery
    from bot.handlers.questions import Questions
    from bot.offload import Offload
    from bot.turnstile import Priority
    from retrieval.kabar import Kabar


class DigestRoom:
    """The digest's handlers.

    Args:
        bot: The bot.
        kabar: The library, whose desk does what they are asked for.
        offload: The threads in which it does.
        delivery: How messages go out.
        questions: What answers words that are none of theirs.
    """

    def __init__(
        self,
        bot: ExtBot[Priority],
        kabar: Kabar,
        offload: Offload,
        delivery: Delivery,
        questions: Questions,
    ) -> None:
        subscriptions = Subscriptions(kabar, offload, Panels(bot, delivery), Permissions(bot))
        expected = Expected()
        stories = Stories(subscriptions)
        self.commands = DigestCommands(subscriptions)
        self.topics = Topics(subscriptions)
        self.quiet = Quiet(subscriptions)
        self.why = Why(subscriptions)
        self.trends = Trends(subscriptions)
        self.buttons = Buttons(subscriptions, expected, stories)
        self.membership = Membership(kabar, offload)
        self.answers = Answers(
            subscriptions,
            expected,
            topics=self.topics,
            quiet=self.quiet,
            stories=stories,
            questions=questions,
        )
