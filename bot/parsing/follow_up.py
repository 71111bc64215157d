"""Which story of a digest a reply to it asks for: "tell me more about 2", "yang ketiga"."""

from __future__ import annotations

import re

from bot.parsing.plain import any_of, bare

_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "first|1st|one|satu|pertama|kesatu",
            "second|2nd|two|dua|kedua",
            "third|3rd|three|tiga|ketiga",
            "fourth|4th|four|empat|keempat",
            "fifth|5th|five|lima|kelima",
            "sixth|6th|six|enam|keenam",
            "seventh|7th|seven|tujuh|ketujuh",
            "eighth|8th|eight|delapan|kedelapan",
            "ninth|9th|nine|sembilan|kesembilan",
            "tenth|10th|ten|sepuluh|kesepuluh",
        ),
        1,
    )
    for word in words.split("|")
}
_AROUND = any_of(
    "tell|me|more|please|about|on|the|of|story|stories|number|no|nr|item|news|give|show|open"
    "|read"
    "|can|could|you|i|want|would|like|to|know|details|detail|info|information|what|is|what's"
    "|whats|expand|explain|one|that"
    "|ceritakan|cerita|jelaskan|lebih|lanjut|lengkap|banyak|tentang|soal|mengenai|berita|nomor"
    "|kabar|yang|ke|dong|tolong|mohon|selengkapnya|detailnya|rincian|info|bukakan|buka|baca"
    "|lagi"
    "|beri|tahu|saya|aku|minta|ingin|mau|bisa|apa|itu"
    "|mas|mehr|mais|plus|piu|более|больше|o|sobre|acerca|uber|zu|de|numero|nummer|la|el|le|die"
)
_WORDS = re.compile(r"[^\W\d_][\w'’]*|\d+(?:st|nd|rd|th)?")
MOST_STORIES = 10


def parse_follow_up(text: str) -> int | None:
    """Return the rank, from 1, of the story that a reply to a digest asks for.

    A text is such a request where it names one story and besides holds only words of asking;
    with any other word in it, it is a question of its own.

    Args:
        text: "tell me more about 2", "more 2", "#2", "the second one", "selengkapnya nomor 3", …
    """
    named: set[int] = set()
    for word in _WORDS.findall(bare(text).replace("’", "'")):
        if word.isdecimal():
            named.add(int(word) if len(word) < 3 else 0)
        elif word in _ORDINALS and (word != "one" or not named):
            named.add(_ORDINALS[word])
        elif word.startswith("ke-") or word in _AROUND:
            continue
        else:
            return None
    if len(named) == 2 and 1 in named and re.search(r"\bone\b", bare(text)):
        named.discard(1)  # "the second one"
    if len(named) != 1:
        return None
    (rank,) = named
    return rank if 1 <= rank <= MOST_STORIES else None
