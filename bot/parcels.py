"""What a delivery is on Telegram: a digest with its buttons, or the picture before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.push import Parcel
from bot.render.buttons import markup
from bot.render.charts import digest_picture
from bot.render.digest import push_message
from bot.render.translation import translator
from retrieval.records import DeliveryKind

if TYPE_CHECKING:
    from retrieval.records import Delivery, Digest, HourlySources


def parcel(digest: Digest, delivery: Delivery, chart: Callable[[Digest], HourlySources]) -> Parcel:
    """Return what is sent for a delivery.

    Args:
        digest: Its digest, with quotes checked.
        delivery: In which language and zone it is worded, and of which kind it is.
        chart: A digest to what its picture shows.
    """
    if delivery.kind == DeliveryKind.PICTURE:
        t = translator(delivery.language)
        return Parcel(digest_picture(chart(digest), delivery.timezone, t))
    pushed = push_message(digest, delivery)
    return Parcel(pushed.message, markup(pushed.keyboard))
