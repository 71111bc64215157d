"""Words that point to what was said before: "and", "he", "that", "dan", "dia", "itu"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Pointing:
    """One language's.

    Args:
        lead: What begins a question that only names something else: "and", "what about".
        asking: Words that ask.
        empty: Words that say nothing of what is asked about.
        persons: Pronouns for people.
        things: Pronouns for what happened, and for things.
        hints: Words that point in a short question without a name: "did anyone die?".
        opening: What begins a question that goes on from another, said in passing: "so", "kok".
        suffix: What makes a word point: Indonesian "-nya".
        unnamed: A question whose answer is somebody that it does not name.
        preposition: What may stand before a name.
        before_name: A preposition at the end of what stands before a name.
        tail: A preposition and what stands behind it at a question's end, in the group ``what``.
    """

    lead: re.Pattern[str]
    asking: frozenset[str]
    empty: frozenset[str]
    persons: frozenset[str]
    things: frozenset[str]
    hints: frozenset[str]
    opening: re.Pattern[str]
    suffix: re.Pattern[str]
    unnamed: re.Pattern[str]
    preposition: re.Pattern[str]
    before_name: re.Pattern[str]
    tail: re.Pattern[str]


@cache
def pointing() -> tuple[Pointing, ...]:
    """Return the words of every language that follow-ups are understood in."""
    return (_english(), _indonesian())


def _english() -> Pointing:
    return _pointing(
        lead="(?:and |but )?(?:what|how) about|and(?: what about)?(?: then)?|or"
        "|(?:and )?(?:the )?same(?: question| thing)? (?:for|about|in)",
        asking="who whom whose what when where why how which",
        empty="was were is are did do does that it this then so exactly the of many much long "
        "there happen happened be been old big and really true for to by from in on at",
        persons="he she they him her them his their",
        things="it its that this there those these",
        hints="anyone anybody someone somebody everyone afterwards afterward else again",
        opening="so|ok|okay|then|well",
        suffix="(?!)",
        unnamed=r"who(?! (?:did|does|do|will|would|has|had|is|was)\b)",
        prepositions="in of about to with for from by against on at",
    )


def _indonesian() -> Pointing:
    return _pointing(
        lead="(?:lalu |terus |dan )?(?:bagaimana|gimana) (?:dengan|kalau)|(?:dan|kalau|lalu|terus)"
        "(?: soal| tentang)?|atau|(?:pertanyaan )?(?:yang )?sama (?:untuk|soal|di)",
        asking="siapa apa kapan mana dimana kenapa mengapa bagaimana gimana berapa apakah kok",
        empty="itu ini di ke dari yang terjadinya terjadi persisnya tepatnya lalu terus kah saja "
        "banyak lama kejadiannya kejadian nya tersebut alasannya sebabnya penyebabnya jumlahnya "
        "bisa begitu gitu begini sih emang memang emangnya memangnya",
        persons="dia ia beliau mereka nya",
        things="itu tersebut hal sana situ",
        hints="juga begitu gitu lagi selanjutnya kemudian",
        opening="jadi|kok|oke|ok|terus|lalu|emang|emangnya|memangnya",
        suffix=r"^(?!biasanya|akhirnya|sebenarnya|seharusnya|tanya)\w{3,}nya$",
        unnamed="siapa",
        prepositions="di soal tentang ke kepada dengan untuk dari oleh terhadap pada mengenai",
    )


def _pointing(
    *,
    lead: str,
    asking: str,
    empty: str,
    persons: str,
    things: str,
    hints: str,
    opening: str,
    suffix: str,
    unnamed: str,
    prepositions: str,
) -> Pointing:
    before = "|".join(prepositions.split())
    return Pointing(
        lead=re.compile(rf"\W*(?:{lead})\b[\s,]+", re.IGNORECASE),
        asking=frozenset(asking.split()),
        empty=frozenset(empty.split()),
        persons=frozenset(persons.split()),
        things=frozenset(things.split()),
        hints=frozenset(hints.split()),
        opening=re.compile(rf"\W*(?:{opening})\b", re.IGNORECASE),
        suffix=re.compile(suffix),
        unnamed=re.compile(unnamed, re.IGNORECASE),
        preposition=re.compile(rf"^(?:{before})\s+", re.IGNORECASE),
        before_name=re.compile(rf"\b(?:{before})\s+$", re.IGNORECASE),
        tail=re.compile(
            rf"\b(?:{before})\s+(?P<what>(?!(?:{before})\b)\S+(?:\s+\S+){{0,2}})$", re.IGNORECASE
        ),
    )
