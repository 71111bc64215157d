"""Quiet hours as people write them: 22-7, "10 pm to 7 am", "dari jam 22 sampai 7", off."""

from __future__ import annotations

import re
from datetime import time

from bot.parsing.plain import any_of, bare
from bot.parsing.times import parse_time

QuietHours = tuple[time, time]

_BETWEEN = re.compile(
    r"\s*(?:[-–—~〜→]|\.\.\.?|(?<!\w)(?:to|till|until|and|sampai|hingga|s/d|sd|bis|a|as|hasta|ate"
    r"|jusqu'a|tot|до|по|den|al|alle|عد|حتى|الى|إلى|से|ถึง)(?!\w)|から|至|到|부터|에서)\s*"
)
_BEFORE = re.compile(
    r"^(?:from|between|dari|antara|mulai|von|de|des|desde|entre|van|с|от|من|從|从)\s+"
)
_AFTER = re.compile(r"(?:まで|까지)$")
_OFF = any_of(
    "off|none|no|never|stop|clear|remove|delete|0|mati|matikan|hapus|tidak|tidak ada|aus|keine"
    "|nein|nunca|ninguna|no hay|desactivar|nao|nenhum|desligar|aucune|non|desactive|spento|uit"
    "|geen|выкл|нет|без|kapali|yok|hayir|オフ|なし|关|无|關|無|끔|없음|ปิด|tat|khong|لا|ايقاف|बंद"
)


def is_off(text: str) -> bool:
    """Tell whether a text says that something is not wanted: "off", "mati", "aus"."""
    return bare(text).strip(" .!") in _OFF


def parse_quiet(text: str) -> QuietHours | None:
    """Return from when to when it is to be quiet, or None where a text does not say.

    Args:
        text: "22-7", "22:00–07:30", "10 pm to 7 am", "22.00 sampai 07.00", "22時から7時まで", …

    Returns:
        Two different local times; the first may be after the second, across midnight.
    """
    written = _AFTER.sub("", _BEFORE.sub("", bare(text).strip(" .!")))
    # Every place between two halves that are both times will do; there is one at most.
    for between in _BETWEEN.finditer(written):
        begin = parse_time(written[: between.start()])
        end = parse_time(written[between.end() :])
        if begin is not None and end is not None and begin != end:
            return begin, end
    return None
