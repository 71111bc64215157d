"""Puts the bot together: settings and a library in, an application with its handlers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.delivery import Delivery
from bot.handlers.addressed import ByPerson, Mentioned, ReplyToBot
from bot.handlers.admin import Admin
from bot.handlers.answer_buttons import AnswerButtons
from bot.handlers.browse import Browse
from bot.handlers.claims import Claims
from bot.handlers.courtesy import Courtesy
from bot.handlers.digest_room import DigestRoom
from bot.handlers.flood import PER_MINUTE, Flood
from bot.handlers.follows import Follows
from bot.handlers.inline import Inline
from bot.handlers.links import AsksForVerdict, IsLink, LinkToRead
from bot.handlers.panels import Panels
from bot.handlers.permissions import Permissions
from bot.handlers.privacy import Privacy
from bot.handlers.questions import Questions
from bot.handlers.subscriptions import Subscriptions
from bot.limits import Limits
from bot.offload import Offload
from bot.pacing import PER_SECOND, SendGate
from bot.parcels import Parcels
from bot.polling import PollingRequest
from bot.push import Pusher
from bot.settings import BotSettings
from retrieval.errors import SettingsError

if TYPE_CHECKING:
    from retrieval.kabar import Kabar

INLINE_PER_MINUTE = 120
"""Inline queries of a person: nearly each letter that is typed is one."""

CONNECTIONS = 32  # 250 at once cost httpx 7 to 14 s
READ_TIMEOUT = 20.0  # seconds; a send that is given up too early is one of unknown outcome
WRITE_TIMEOUT = 10.0
CONNECT_TIMEOUT = 10.0
POOL_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Assembly:
    """The bot's parts that whoever runs it needs.

    Args:
        application: python-telegram-bot's application, with all handlers; without an updater.
        polling: The connection that polls.
        offload: The threads.
        delivery: How messages go out.
        pusher: What sends digests and updates.
    """

    application: Application[Any, Any, Any, Any, Any, Any]
    polling: PollingRequest
    offload: Offload
    delivery: Delivery
    pusher: Pusher


def build_application(
    settings: BotSettings, kabar: Kabar, *, per_second: float = PER_SECOND
) -> Assembly:
    """Build the bot; nothing is sent or fetched yet.

    Args:
        settings: With a token.
        kabar: The library that answers.
        per_second: Messages a second over all; Telegram's limit, which a benchmark lifts.

    Raises:
        SettingsError: There is no token.
    """
    if settings.token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set; @BotFather gives one.")
    # A proxy from the environment cannot reach what listens on this machine.
    client = {"trust_env": False} if settings.is_local else None
    request = HTTPXRequest(
        CONNECTIONS,
        READ_TIMEOUT,
        WRITE_TIMEOUT,
        CONNECT_TIMEOUT,
        POOL_TIMEOUT,
        httpx_kwargs=client,
    )
    polling = PollingRequest(
        1,
        READ_TIMEOUT,
        WRITE_TIMEOUT,
        CONNECT_TIMEOUT,
        POOL_TIMEOUT,
        httpx_kwargs=client,
    )
    gate = SendGate(settings.max_sends_in_flight, per_second)
    application = (
        ApplicationBuilder()
        .token(settings.token.get_secret_value())
        .base_url(settings.api_base_url)
        .request(request)
        .get_updates_request(polling)
        .rate_limiter(gate)
        .updater(None)
        .job_queue(None)
        .build()
    )
    offload = Offload(kabar)
    delivery = Delivery(application.bot, gate)
    panels = Panels(application.bot, delivery)
    subscriptions = Subscriptions(kabar, offload, panels, Permissions(application.bot))
    questions = Questions(
        kabar,
        offload,
        subscriptions,
        Limits(settings.questions_per_minute),
        per_day=settings.questions_per_day,
        max_characters=settings.max_question_characters,
    )
    browse = Browse(kabar, subscriptions, questions)
    privacy = Privacy(kabar, subscriptions)
    buttons = AnswerButtons(kabar, offload, subscriptions)
    follows = Follows(kabar, subscriptions)
    presses = {**buttons.presses, **browse.presses, **privacy.presses, **follows.presses}
    courtesy = Courtesy(subscriptions)
    rooms = _Rooms(
        questions,
        courtesy,
        Admin(kabar, offload, delivery, subscriptions),
        DigestRoom(subscriptions, kabar, offload, questions, courtesy, presses=presses),
        browse,
        Claims(kabar, subscriptions, questions, browse),
        privacy,
        follows,
        Inline(application.bot, offload, Limits(INLINE_PER_MINUTE), kabar.digests.now),
    )
    _add_handlers(application, rooms, settings.admin_ids)
    _bound(application, rooms, Flood(subscriptions, Limits(PER_MINUTE)))
    pusher = Pusher(
        kabar.digests,
        offload,
        delivery,
        gate,
        Parcels(kabar).parcel,
        policy=settings.retrieval.in_doubt,
        in_flight=settings.max_sends_in_flight,
    )
    return Assembly(application, polling, offload, delivery, pusher)


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Whoever handles updates."""

    questions: Questions
    courtesy: Courtesy
    admin: Admin
    digests: DigestRoom
    browse: Browse
    claims: Claims
    privacy: Privacy
    follows: Follows
    inline: Inline


def _add_handlers(
    application: Application[Any, Any, Any, Any, Any, Any],
    rooms: _Rooms,
    admin_ids: frozenset[int],
) -> None:
    """Add the handlers; the first that fits a message has it.

    In a group the bot speaks when it is spoken to (`bot.handlers.addressed`). To operators it
    listens as such in private only: what they do there nobody else sees. In a channel it hears
    nothing but commands, which its admins alone can post.
    """
    questions, digests, browse, privacy = (
        rooms.questions,
        rooms.digests,
        rooms.browse,
        rooms.privacy,
    )
    admin, courtesy, claims = rooms.admin, rooms.courtesy, rooms.claims
    new = filters.UpdateType.MESSAGE & ByPerson()
    edited = filters.UpdateType.EDITED_MESSAGE & ByPerson()
    private = new & filters.ChatType.PRIVATE
    group = new & filters.ChatType.GROUPS
    anywhere = new | filters.UpdateType.CHANNEL_POST
    words = filters.TEXT & ~filters.COMMAND
    written = words | filters.CAPTION
    called = group & written & (ReplyToBot() | Mentioned())
    operator = private & filters.User(admin_ids)  # of no ids: nobody
    application.add_handlers(
        [
            CommandHandler("feeds", admin.feeds, operator),
            CommandHandler("addfeed", admin.add_feed, operator),
            CommandHandler("removefeed", admin.remove_feed, operator),
            CommandHandler("help", admin.help, operator),
            MessageHandler(operator & ~filters.COMMAND & LinkToRead(), admin.link),
            CommandHandler("ask", claims.verdict, anywhere & AsksForVerdict()),
            CommandHandler("ask", questions.command, anywhere),
            CommandHandler("follow", rooms.follows.command, anywhere),
            CommandHandler("following", rooms.follows.following, anywhere),
            CommandHandler("new", questions.new, new),
            MessageHandler(edited & filters.TEXT, questions.edited),
            CommandHandler("digest", digests.commands.digest, anywhere),
            CommandHandler("stop", digests.commands.stop, anywhere),
            CommandHandler("topics", digests.topics.command, anywhere),
            CommandHandler("quiet", digests.quiet.command, anywhere),
            CommandHandler("why", digests.why.command, anywhere),
            CommandHandler("trend", digests.trends.command, anywhere),
            CallbackQueryHandler(digests.buttons.pressed),
            ChatMemberHandler(digests.membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, digests.membership.migrated),
            MessageHandler(private & filters.LOCATION, digests.answers.location),
            MessageHandler(group & filters.LOCATION & ReplyToBot(), digests.answers.location),
            CommandHandler("start", browse.start, anywhere),
            CommandHandler("latest", browse.latest, anywhere),
            CommandHandler("story", browse.story, anywhere),
            CommandHandler("sources", browse.sources, anywhere),
            CommandHandler("language", privacy.language, anywhere),
            CommandHandler("privacy", privacy.privacy, new),
            CommandHandler("forget", privacy.forget, new),
            InlineQueryHandler(rooms.inline.query),
            CommandHandler("help", courtesy.help, anywhere),
            MessageHandler(private & filters.FORWARDED & written, claims.passed_on),
            MessageHandler((private & written | called) & IsLink(), claims.passed_on),
            MessageHandler((private & words | called) & AsksForVerdict(), claims.verdict),
            MessageHandler(private & words, digests.answers.words),
            MessageHandler(group & words & ReplyToBot(), digests.answers.words),
            MessageHandler(group & written & Mentioned(), questions.mentioned),
            MessageHandler(private & filters.COMMAND, courtesy.unknown_command),
            MessageHandler(private & ~filters.StatusUpdate.ALL, courtesy.no_text),
        ]
    )
    application.add_error_handler(courtesy.mishap)


def _bound(
    application: Application[Any, Any, Any, Any, Any, Any], rooms: _Rooms, flood: Flood
) -> None:
    """Let no handler be called without end by one person.

    What is typed inline has a limit of its own, and what Telegram tells of the bot's own place in
    a chat is no person's doing.
    """
    free = {rooms.inline.query, rooms.digests.membership.changed, rooms.digests.membership.migrated}
    for handlers in application.handlers.values():
        for handler in handlers:
            if handler.callback not in free:
                handler.callback = flood.bounded(handler.callback)
