"""`kabar digest …`: what a digest would tell, sending one, and how those of the last days stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import UsageError
from retrieval.terminal.arguments import JsonOption
from retrieval.terminal.groups import make_group
from retrieval.terminal.session import Session
from retrieval.terminal.shapes import Json, article_to_json, print_json

if TYPE_CHECKING:
    from retrieval.digest_desk import DigestDesk
    from retrieval.records import Digest, DigestStatus, DigestStory, Preferences

ChatOption = Annotated[int | None, typer.Option(help="A chat's id: its settings, its past.")]
TopicsOption = Annotated[
    str, typer.Option(help='What comes first, and with "-" what is left out: "energy, -crypto".')
]
StoriesOption = Annotated[int, typer.Option(min=1, max=20, help="How many stories at most.")]


def make_digest_app() -> typer.Typer:
    """Return the commands below `kabar digest`."""
    app = make_group(
        "The daily digest: preview it, send it, see how it stands.\n\n"
        'Example: kabar digest preview --topics "energy, Turkey"'
    )
    app.command()(preview)
    app.command()(send)
    app.command()(status)
    return app


def preview(
    context: typer.Context,
    chat: ChatOption = None,
    topics: TopicsOption = "",
    stories: StoriesOption = 5,
    as_json: JsonOption = False,
) -> None:
    """Print the digest that would come now; nothing is sent or kept.

    With --chat it is that chat's next one; else that of somebody who was told nothing yet.

    Example: kabar digest preview --topics "energy, Turkey, -crypto"
    """
    session: Session = context.obj
    with session.library("ERROR") as kabar:
        desk = kabar.digests
        if chat is not None and desk.subscriber(chat).created_at is None:
            raise UsageError(f"Chat {chat} has no digest; it must send /digest to the bot first.")
        wanted = chat if chat is not None else _preferences(desk, topics, stories)
        digest = desk.preview(wanted)
    if as_json:
        print_json(digest_to_json(digest))
        return
    typer.echo(digest_to_text(digest))


def send(
    context: typer.Context,
    chat: Annotated[int, typer.Option(help="The chat's id.", show_default=False)],
) -> None:
    """Have a digest sent to a chat now, by the bot that is running or the next that runs.

    Example: kabar digest send --chat 123456
    """
    session: Session = context.obj
    with session.library("ERROR") as kabar:
        delivery = kabar.digests.send_one(chat)
    if delivery.closed_at is not None:
        typer.echo(f"There is nothing new to tell chat {chat}.")
    else:
        typer.echo(f"A digest waits for chat {chat}; `kabar run` sends it within seconds.")


def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """Print how many subscribers there are, and how the digests of the last days stand.

    Example: kabar digest status --json
    """
    session: Session = context.obj
    with session.library("ERROR") as kabar:
        standing = kabar.digests.status()
    if as_json:
        print_json(status_to_json(standing))
        return
    typer.echo(
        f"{standing.subscribers} subscribers, {standing.active} of them active, "
        f"{standing.paused} paused."
    )
    for day in status_to_json(standing)["days"]:
        counts = ", ".join(
            f"{number} {name.replace('_', ' ')}"
            for name, number in day.items()
            if name != "date" and (number or name in ("due", "sent", "failed", "in_doubt"))
        )
        typer.echo(f"{day['date']}: {counts}")


def digest_to_json(digest: Digest) -> Json:
    """Return a digest as `kabar digest preview --json` prints it."""
    return {"stories": [_story_to_json(story) for story in digest.stories]}


def _story_to_json(story: DigestStory) -> Json:
    quote = story.quote
    return {
        "headline": story.headline,
        "quote": quote
        and {
            "text": quote.text,
            "start": quote.start,
            "end": quote.end,
            "article": article_to_json(quote.article),
        },
        "articles": [article_to_json(article) for article in story.articles],
        "independent_sources": story.independent_sources,
        "score": story.score,
        "update": story.update,
    }


def digest_to_text(digest: Digest) -> str:
    """Return a digest for a person at a terminal."""
    if not digest.stories:
        return f"There is nothing new to tell; {digest.considered} articles were looked at."
    lines = []
    for rank, story in enumerate(digest.stories, 1):
        update = " (update)" if story.update else ""
        lines.append(f"{rank}. {story.headline}{update}")
        if story.quote is not None:
            lines.append(f"   ▌ {' '.join(story.quote.text.split())}")
        sources = dict.fromkeys(each.source for each in story.articles if each.source)
        number = story.independent_sources
        count = "1 source" if number == 1 else f"{number} sources"
        lines.append(f"   {count}: {', '.join(sources)}" if sources else f"   {count}")
        if story.topic:
            lines.append(f"   about {story.topic}")
    return "\n".join(lines)


def status_to_json(standing: DigestStatus) -> Json:
    """Return how the digest stands as `kabar digest status --json` prints it."""
    from retrieval.digest_desk import summed

    return {
        "subscribers": standing.subscribers,
        "active": standing.active,
        "paused": standing.paused,
        "days": [
            {"date": day.local_date.isoformat(), **summed(day.states), "in_doubt": day.doubts}
            for day in standing.days
        ],
    }


def _preferences(desk: DigestDesk, topics: str, stories: int) -> Preferences:
    from dataclasses import replace

    words = [" ".join(each.split()) for each in topics.split(",")]
    wanted = tuple(each for each in words if each and not each.startswith("-"))
    left_out = tuple(each[1:].strip() for each in words if each.startswith("-"))
    if not all(left_out):
        raise UsageError('After "-" a topic is needed, like this: --topics "energy, -crypto".')
    preferences = desk.subscriber(0).preferences
    return replace(preferences, topics=wanted, left_out=left_out, stories=stories)
