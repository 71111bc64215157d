"""`kabar feeds …`: the feeds that are read, and what becomes of each.

Feeds are named by address, by number in `kabar feeds list`, or by a part of either that only one
has. Where several are named, each is done or told on its own; the exit status says whether all
were (0), some (3) or none (1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import IntakeError, UsageError
from retrieval.terminal.arguments import JsonOption
from retrieval.terminal.feed_choice import choose_feed, full_address
from retrieval.terminal.feed_lists import export_list, import_list
from retrieval.terminal.groups import make_group
from retrieval.terminal.progress import counting_progress
from retrieval.terminal.session import DONE_IN_PART, FAILED, WRONG_USAGE, Session, say
from retrieval.terminal.shapes import Json, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.newsroom import Newsroom
    from retrieval.records import Feed, FeedStatus

NO_FEEDS = (
    "No feed is read yet. `kabar feeds add ADDRESS` adds one, "
    "`kabar feeds import seeds/feeds.opml` a list to start with."
)
AddressesArgument = Annotated[
    list[str],
    typer.Argument(metavar="URL...", help="Feeds, or sites that name theirs.", show_default=False),
]
NamesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="URL...",
        help="Addresses, numbers in the list, or parts of address or title.",
        show_default=False,
    ),
]


def make_feeds_app() -> typer.Typer:
    """Return the commands below `kabar feeds`."""
    app = make_group(
        "The feeds that are read: add, list, check, pause.\n\n"
        "Example: kabar feeds add https://example.org"
    )
    app.command("add")(add)
    app.command("list")(list_feeds)
    app.command("check")(check)
    for command in (remove, pause, resume):
        app.command()(command)
    app.command("import")(import_list)
    app.command("export")(export_list)
    return app


def add(context: typer.Context, urls: AddressesArgument, as_json: JsonOption = False) -> None:
    """Read a feed from now on, or the feeds that a site's front page names.

    Each is visited once, to see that it is one. Without a scheme, https is meant.

    Example: kabar feeds add https://example.org/feed.xml example.com
    """
    session: Session = context.obj
    addresses = [full_address(url) for url in urls]
    added: list[Feed] = []
    known: list[Feed] = []
    problems: list[str] = []
    with session.library("ERROR") as kabar:
        newsroom = kabar.newsroom
        before = {status.feed.url for status in newsroom.feeds()}
        with counting_progress("Visiting", len(addresses), "addresses") as on_done:
            for address in addresses:
                try:
                    for feed in newsroom.add_feed(address):
                        (known if feed.url in before else added).append(feed)
                        before.add(feed.url)
                except (IntakeError, UsageError) as error:
                    problems.append(str(error))
                if on_done:
                    on_done(1)
    for problem in problems:
        say(problem)
    if as_json:
        content: Json = {"added": [_brief(feed) for feed in added]}
        print_json(content | {"known": [_brief(feed) for feed in known], "problems": problems})
    else:
        for done, feeds in (("Added", added), ("Known already", known)):
            _tell(done, feeds)
    _end(bool(added or known), bool(problems))


def list_feeds(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show each feed: how it is, last success, articles in 24 hours, next visit.

    Example: kabar feeds list
    """
    session: Session = context.obj
    with session.library() as kabar:
        feeds = kabar.newsroom.feeds()
    _show(feeds, as_json)


def check(context: typer.Context, as_json: JsonOption = False) -> None:
    """Visit every feed now, and say which is dead, and which is alive but stale.

    Nothing is read but the feeds themselves. Those that are paused are not visited. The exit
    status is 3 if any is dead.

    Example: kabar feeds check
    """
    from retrieval.newsroom import Health, verdict_of

    session: Session = context.obj
    with session.library("ERROR") as kabar:
        newsroom = kabar.newsroom
        visited = sum(status.feed.paused_because is None for status in newsroom.feeds())
        with counting_progress("Visiting", visited, "feeds") as on_done:
            feeds = newsroom.check_feeds(on_done and _ignoring_what(on_done))
    now = _now()
    _show(feeds, as_json, verdicts=True)
    if any(verdict_of(status, now).health is Health.DEAD for status in feeds):
        raise typer.Exit(DONE_IN_PART)


def remove(context: typer.Context, urls: NamesArgument, as_json: JsonOption = False) -> None:
    """Read a feed no longer; its articles stay.

    Example: kabar feeds remove https://example.org/feed.xml
    """
    _each(context, urls, "removed", lambda newsroom, feed: newsroom.remove_feed(feed.url), as_json)


def pause(context: typer.Context, urls: NamesArgument, as_json: JsonOption = False) -> None:
    """Stop visiting a feed, until `kabar feeds resume`.

    Example: kabar feeds pause 2
    """
    _each(context, urls, "paused", lambda newsroom, feed: newsroom.pause_feed(feed.url), as_json)


def resume(context: typer.Context, urls: NamesArgument, as_json: JsonOption = False) -> None:
    """Visit a paused feed again, also one that Kabar paused because it failed.

    Example: kabar feeds resume 2
    """
    _each(context, urls, "resumed", lambda newsroom, feed: newsroom.resume_feed(feed.url), as_json)


def _each(
    context: typer.Context,
    names: Sequence[str],
    done: str,
    do: Callable[[Newsroom, Feed], bool],
    as_json: bool,
) -> None:
    """Do something with each feed that is named; numbers are those before the first is done."""
    session: Session = context.obj
    changed: list[Feed] = []
    problems: list[str] = []
    with session.library() as kabar:
        newsroom = kabar.newsroom
        feeds = newsroom.feeds()
        chosen: dict[str, Feed] = {}
        for name in names:
            try:
                feed = choose_feed(feeds, name)
                chosen[feed.url] = feed
            except UsageError as error:
                problems.append(str(error))
        for feed in chosen.values():
            if do(newsroom, feed):
                changed.append(feed)
            else:  # another process was quicker
                problems.append(f"{feed.url} is no feed any more.")
    for problem in problems:
        say(problem)
    if as_json:
        print_json({done: [_brief(feed) for feed in changed], "problems": problems})
    else:
        _tell(done.capitalize(), changed)
    if not chosen:
        raise typer.Exit(WRONG_USAGE)
    _end(bool(changed), bool(problems))


def _show(feeds: Sequence[FeedStatus], as_json: bool, *, verdicts: bool = False) -> None:
    from retrieval.terminal import feed_table

    now = _now()
    if as_json:
        print_json(feed_table.feeds_to_json(feeds, now))
    elif feeds:
        feed_table.show_feeds(feeds, now, verdicts=verdicts)
    else:
        typer.echo(NO_FEEDS)


def _tell(done: str, feeds: Sequence[Feed]) -> None:
    from retrieval.terminal.feed_words import name_of
    from retrieval.terminal.rendering import one_line

    for feed in feeds:
        typer.echo(f"{done}: {one_line(name_of(feed))} – {one_line(feed.url)}")


def _brief(feed: Feed) -> Json:
    return {"url": feed.url, "title": feed.title}


def _end(some_done: bool, some_failed: bool) -> None:
    if some_failed:
        raise typer.Exit(DONE_IN_PART if some_done else FAILED)


def _ignoring_what(on_done: Callable[[int], None]) -> Callable[[object], None]:
    return lambda _: on_done(1)


def _now() -> datetime:
    from retrieval.kabar import utc_now

    return utc_now()
