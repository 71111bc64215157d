"""Charts: one picture each, readable on a phone, in light and dark, below 150 KB.

A picture has its own plain background, since Telegram's may be black or white; what it shows is
said in the caption as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from bot.delivery import Picture
from bot.render.splitting import Message
from bot.render.zones import zone_named

if TYPE_CHECKING:
    from bot.render.translation import Translator
    from retrieval.records import HourlySources

INK, PAPER, BAR = "#24292f", "#f6f8fa", "#2563a8"
SIZE = (7.2, 4.0)  # inches
DOTS = 110  # an inch
MOST_LINES = 10


def trend_picture(topic: str, counts: Mapping[date, int], t: Translator) -> Picture:
    """Return how many articles a day were about a topic, drawn, and in words."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    days = sorted(counts)
    figure = Figure(figsize=SIZE, dpi=DOTS, facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot(facecolor=PAPER)
    axes.bar(range(len(days)), [counts[day] for day in days], color=BAR, width=0.8)
    step = max(1, -(-len(days) // 7))
    ticks = list(range(0, len(days), step))
    axes.set_xticks(ticks, [f"{days[tick].day}/{days[tick].month}" for tick in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_ylabel(t("Articles a day"), color=INK, fontsize=13)
    axes.tick_params(colors=INK, labelsize=13, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#d0d7de", linewidth=0.8)
    axes.set_axisbelow(True)
    png = BytesIO()
    FigureCanvasAgg(figure).print_png(png)  # type: ignore[no-untyped-call]
    total, most = sum(counts.values()), max(days, key=lambda day: (counts[day], day))
    words = t(
        "Articles about {topic} in {days} days: {total}. Most on {day}: {most}.",
        topic=topic,
        days=len(days),
        total=total,
        day=t.day(most),
        most=counts[most],
    )
    return Picture(png.getvalue(), Message(escape(words, quote=False), words))


def digest_picture(hourly: HourlySources, timezone: str, t: Translator) -> Picture:
    """Return in which hour how many outlets told each story of a digest, drawn, and in words.

    Args:
        hourly: Best story first; the first `MOST_LINES` are drawn.
        timezone: As `Preferences.timezone`, in which the hours are told.
        t: The language.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    zone = zone_named(timezone)
    stories = hourly.stories[:MOST_LINES]
    hours = [hour.astimezone(zone) for hour in hourly.hours]
    figure = Figure(figsize=SIZE, dpi=DOTS, facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot(facecolor=PAPER)
    most = max((count for _, counts in stories for count in counts), default=1) or 1
    for row, (_, counts) in enumerate(stories):
        places = [place for place, count in enumerate(counts) if count]
        sizes = [40 + 560 * counts[place] / most for place in places]
        axes.scatter(places, [row] * len(places), s=sizes, color=BAR, alpha=0.85, linewidths=0)
    axes.set_ylim(len(stories) - 0.4, -0.6)
    axes.set_xlim(-0.8, len(hours) - 0.2)
    # Numbers, as in the digest below it: headlines are too long for a phone, in any script.
    axes.set_yticks(range(len(stories)), [str(rank) for rank in range(1, len(stories) + 1)])
    ticks = list(range(0, len(hours), 4))
    axes.set_xticks(ticks, [f"{hours[tick]:%H:%M}" for tick in ticks])
    axes.set_xlabel(t("Outlets by the hour in which they told it"), color=INK, fontsize=13)
    axes.tick_params(colors=INK, labelsize=13, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#d0d7de", linewidth=0.8)
    axes.set_axisbelow(True)
    png = BytesIO()
    FigureCanvasAgg(figure).print_png(png)  # type: ignore[no-untyped-call]
    told = "; ".join(f"{rank}. {sum(counts)}" for rank, (_, counts) in enumerate(stories, 1))
    words = t("Outlets that told each story in the last day: {told}.", told=told)
    return Picture(png.getvalue(), Message(escape(words, quote=False), words))
