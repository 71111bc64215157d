"""Dates that are no time to look in: names, laws, deadlines, what is still to come.

"Jalan 10 November" is a street, "UU No 3 Tahun 2022" a law, "the September 11 attacks" a subject,
and who will play on Friday was not published last Friday.
"""

from __future__ import annotations

import re

from retrieval.conversation.frames import Frame
from retrieval.conversation.moments import EARLIEST, Kind, Mention


def is_no_time(question: str, text: str, frame: Frame) -> bool:
    """Tell whether what looks like a time is something else.

    Args:
        question: As it was written.
        text: The same in lower case.
        frame: What was found in it.
    """
    before, after = text[: frame.start], text[frame.end :]
    mention = frame.mentions[0]
    return bool(
        _TO_COME.match(after)
        or any(each.year is not None and each.year < EARLIEST for each in frame.mentions)
        or (mention.kind is Kind.YEAR and _DECADE.match(after))
        or _DUE.search(before)
        or (_is_undated(frame) and _AHEAD.search(text))
        or _is_name(question, before, after, mention)
        or _is_law(before, mention)
    )


def _is_undated(frame: Frame) -> bool:
    """Tell whether only the habit to look back makes a past time of it: "on Friday"."""
    return all(
        each.kind is Kind.WEEKDAY or (each.month and each.year is None) for each in frame.mentions
    )


def _is_name(question: str, before: str, after: str, mention: Mention) -> bool:
    if mention.kind is Kind.DAY:
        if _NAMING.search(before):
            return True
        # "the 3 January report": it says which report, not when to look.
        if mention.year is None and (_NAMED.match(after) or _is_attribute(before, after)):
            return True
    if mention.kind is Kind.WEEKDAY:
        if _OF_A_WEEKDAY.match(after):
            return True
        # "Bloody Sunday's": a name of two words, unless the question begins with the first.
        word = re.search(r"\s(\w+)\s+$", question[: mention.start])
        return not mention.lead and word is not None and word[1][0].isupper()
    return mention.kind is Kind.MONTH and mention.year is None and _is_person(question, mention)


def _is_person(question: str, mention: Mention) -> bool:
    """Tell whether "in May Island", "on May" or "May's" means somebody or something called so."""
    word, _, owns = question[mention.name : mention.end].casefold().replace("’", "'").partition("'")
    if word.strip() not in ("may", "march", "april", "june", "august"):
        return mention.lead in ("on", "of", "from")
    capital = re.match(r"\s+[A-Z]", question[mention.end :])
    return capital is not None or (bool(owns) and not mention.lead) or mention.lead == "on"


def _is_attribute(before: str, after: str) -> bool:
    word = re.match(r"\s+([a-z]+)", after)
    return bool(re.search(r"\bthe\s+$", before) and word and not _SMALL.fullmatch(word[1]))


def _is_law(before: str, mention: Mention) -> bool:
    if mention.kind is not Kind.YEAR:
        return False
    # "the 2022 riots", told otherwise: "the riots of 2022", "la Copa de 2022".
    if mention.lead in ("of", "from", "de", "del", "du", "do", "di"):
        return True
    return bool(_NUMBERED.search(before) or (mention.lead == "tahun" and _LAW.search(before)))


_SMALL = re.compile(
    r"in|at|on|by|and|or|of|to|for|from|with|about|was|were|is|are|has|have|had|did|do|does|who"
    r"|what|when|where|how|which|that|as|if|but|not"
)
_DECADE = re.compile(r"(?:s\b|['’]s\b|\s*[-–]\s*an\b|er\b)")
_TO_COME = re.compile(r"\s*(?:next|coming|depan|mendatang|nanti|próximo|que viene|prochaine?)\b")
_DUE = re.compile(
    r"(?<!\w)(?:by|due|next|this\s+coming|deadline|menjelang|paling\s+lambat|selambat-lambatnya"
    r"|tenggat|born|lahir|nacid[oa])\s+(?:(?:on|in|pada|tanggal|tahun|the|is|el)\s+)*$"
)
_AHEAD = re.compile(
    r"(?<!\w)(?:will|won['’]t|shall|going\s+to|deadline|due|upcoming|scheduled|schedule"
    r"|akan|bakal|hendak|jadwal|tenggat|paling\s+lambat|va\s+a|van\s+a|\w{3,}rán?|wird|werden"
    r"|va-t-il|sera|vai|zal|будет)(?!\w)"
)
_NAMING = re.compile(
    r"(?<!\w)(?:jalan|jl\.?|jln\.?|gang|universitas|univ\.?|stadion|lapangan|gedung|jembatan"
    r"|monumen|tugu|museum|bandara|pelabuhan|masjid|pasukan|batalyon|angkatan|gerakan|serangan(?:\s+umum)?|taman|proklamasi|pertempuran"
    r"|peristiwa|tragedi|insiden|kudeta|revolusi|reformasi|dekrit|deklarasi|kelahiran|lahir"
    r"|avenida|av\.|calle|plaza|paseo|parque|movimiento|rue|place|boulevard|quai|via|viale"
    r"|piazza|straße|platz|strasse|street|square|avenue|movement|university|stadium|born"
    r"|hari\s+(?!ini|itu|yang|senin|selasa|rabu|kamis|jumat|sabtu|minggu|ahad|pada|tanggal)"
    r"[^\W\d]+(?:\s+[^\W\d]+)?)"
    r"\s+(?:(?:du|de|del|des|of|on|pada|tanggal)\s+)*$"
)
"""Before a date: it is the name of a place, a day to remember, or an event."""

_NAMED = re.compile(
    r"(?:th|st|nd|rd)?\s+(?:attacks?|bombings?|committee|riots?|insurrection|movement|coup|massacre"
    r"|uprising|revolution|hearings?|holiday|incident|plot|brigade|museum|panel|generation)\b"
)
"""Behind a date: it says which."""

_OF_A_WEEKDAY = re.compile(
    r"\s+(?:prayers?|agung|kliwon|wage|pon|pahing|legi|berkah|night\s+football|times|club)\b"
)
_NUMBERED = re.compile(r"(?:\b(?:no|nomor|number|num|nr|núm)\b\.?|№)\s*[\w/.-]+\s*$")
_LAW = re.compile(
    r"\b(?:uu|ruu|undang-undang|pp|perppu|perpres|permen\w*|perda|pergub|kepres|keppres|keputusan"
    r"|peraturan|qanun|ley|decreto|loi|lei|decreto-lei)\b(?!\s+(?:apa|mana))"
    r"(?:\s+(?!yang|apa|mana|disahkan|que|qui)[\w/.-]+){0,5}\s*$"
)
