"""What a delivery is on Telegram: a digest, the picture before it, or an update of a follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.push import Parcel
from bot.render.answers import answer_keyboard
from bot.render.buttons import markup
from bot.render.charts import digest_picture
from bot.render.digest import push_message
from bot.render.follows import update_page
from bot.render.readers import Reader
from bot.render.translation import translator
from bot.render.zones import zone_named
from retrieval.records import DeliveryKind

if TYPE_CHECKING:
    from retrieval.kabar import Kabar
    from retrieval.records import Delivery, Digest


class Parcels:
    """Makes what is sent.

    Args:
        kabar: The library, where updates and charts are looked up.
    """

    def __init__(self, kabar: Kabar) -> None:
        self._kabar = kabar

    def parcel(self, digest: Digest | None, delivery: Delivery) -> Parcel | None:
        """Return what is sent for a delivery; None where there is nothing to tell any more.

        Args:
            digest: Its digest, with quotes checked; None for an update of a follow.
            delivery: In which language and zone it is worded, and of which kind it is.
        """
        if digest is None:
            return self._update(delivery)
        if delivery.kind == DeliveryKind.PICTURE:
            chart = self._kabar.digests.chart(digest)
            return Parcel(digest_picture(chart, delivery.timezone, translator(delivery.language)))
        pushed = push_message(digest, delivery)
        return Parcel(pushed.message, markup(pushed.keyboard))

    def _update(self, delivery: Delivery) -> Parcel | None:
        desk = self._kabar.conversations
        turn = desk.turn(delivery.turn_id or 0, delivery.chat_id)
        quotes = desk.quotes(turn) if turn else ()
        if turn is None or turn.id is None or not quotes:
            return None
        now = self._kabar.digests.now()
        reader = Reader(translator(delivery.language), zone_named(delivery.timezone), now)
        page = update_page(turn, quotes, reader)
        keyboard = answer_keyboard(
            turn.id, reader, page, len(quotes), turn.searched, follow_id=turn.follow_id
        )
        silent = self._kabar.follows.is_silent(delivery.chat_id)
        return Parcel(page.messages[0], markup(keyboard), silent)
