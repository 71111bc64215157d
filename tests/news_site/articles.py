"""Fictional articles: as many as wanted, the same every time, each unlike the others.

Towns, people and companies are made up. Sentences are drawn from a few patterns, which is
enough for what is counted and timed; where meaning matters, write the articles by hand.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class NewsArticle:
    """An article as a site publishes it; ``path`` is where, on whatever host publishes it."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    author: str | None = "Rani Wibowo"
    published: datetime | None = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    modified: datetime | None = None
    language: str = "en"
    section: str = "News"
    image: str | None = None
    guid: str | None = None

    @property
    def summary(self) -> str:
        """What the feed says of it: its first paragraph."""
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return "\n\n".join(self.paragraphs)


def invented(
    count: int,
    *,
    seed: int = 0,
    language: str = "en",
    paragraphs: int = 6,
    newest: datetime = datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
) -> list[NewsArticle]:
    """Make articles up, newest first, ten minutes apart.

    Args:
        count: How many.
        seed: Others for another number; for the same, always the same.
        language: "en" or "id".
        paragraphs: Of about 50 words each.
        newest: When the first was published.
    """
    chance = random.Random(f"{language} {seed}")
    words, patterns, titles = _WORDS, _SENTENCES[language], _TITLES[language]

    def fill(pattern: str) -> str:
        drawn = {name: chance.choice(choices) for name, choices in words.items()}
        drawn["number"] = str(chance.randrange(3, 9_800))
        return pattern.format(**drawn)

    articles = []
    for n in range(count):
        title = fill(chance.choice(titles))
        body = tuple(
            " ".join(fill(pattern) for pattern in chance.sample(patterns, 3))
            for _ in range(paragraphs)
        )
        articles.append(
            NewsArticle(
                path=f"/{language}/{seed}/article-{n}.html",
                title=title,
                paragraphs=body,
                author=chance.choice(words["person"]),
                published=newest - timedelta(minutes=10 * n),
                language=language,
            )
        )
    return articles


_WORDS = {
    "town": [
        *("Tarumbek", "Port Ellian", "Vastrena", "Kalumpang Raya", "Nieuw Orsel", "Sidomekar"),
        *("Brackwater", "Lembah Sari", "Quillmouth", "Ostervik", "Pulau Dandang", "Harrowfield"),
    ],
    "person": [
        *("Rani Wibowo", "Edda Lorne", "Bagas Hartanto", "Maren Oxley", "Tomas Veld"),
        *("Siti Larasati", "Ilya Brandt", "Nadia Prakoso", "Owen Castell", "Yulia Sunder"),
    ],
    "company": [
        *("Meridian Freight", "PT Gelombang Jaya", "Oakline Energy", "Nusa Pangan"),
        *("Halden Rail", "Cahaya Timur", "Brightwell Foods", "Sagara Telekom"),
    ],
    "thing": [
        *("harbour", "railway", "dam", "market", "hospital", "airport"),
        *("bridge", "library", "stadium", "power station"),
    ],
    "benda": [
        *("pelabuhan", "rel kereta", "bendungan", "pasar", "rumah sakit", "bandara"),
        *("jembatan", "perpustakaan", "stadion", "pembangkit listrik"),
    ],
    "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "hari": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
}

_TITLES = {
    "en": [
        "{town} opens its new {thing} after {number} days",
        "{company} to build a {thing} in {town}",
        "{person} elected mayor of {town} by {number} votes",
        "Floods close the {thing} of {town}",
    ],
    "id": [
        "{town} meresmikan {benda} baru setelah {number} hari",
        "{company} akan membangun {benda} di {town}",
        "{person} terpilih sebagai wali kota {town} dengan {number} suara",
        "Banjir menutup {benda} {town}",
    ],
}

_SENTENCES = {
    "en": [
        "The council of {town} decided on {day} to spend {number} million on the {thing}.",
        "{person}, who leads {company}, said that the work would take {number} weeks.",
        "About {number} people had gathered near the {thing} when the announcement was made.",
        "Residents of {town} have asked for a new {thing} since the storm of last year.",
        "A report by {company} counted {number} complaints about the {thing} in one month.",
        "“We did not expect so many,” said {person}, a teacher from {town}.",
        "The {thing} was closed on {day} after engineers found {number} cracks in its walls.",
        "Prices rose by {number} crowns, according to figures that {company} published on {day}.",
        "Police in {town} are looking for witnesses who were at the {thing} on {day} night.",
        "{person} of the opposition called the plan for {town} expensive and late.",
        "The first train from {town} carried {number} passengers and arrived on time.",
        "Doctors treated {number} patients in {town}, most of whom went home on {day}.",
    ],
    "id": [
        "Dewan kota {town} pada hari {hari} memutuskan anggaran {number} miliar untuk {benda}.",
        "{person}, yang memimpin {company}, mengatakan pekerjaan itu butuh {number} minggu.",
        "Sekitar {number} orang berkumpul di dekat {benda} ketika pengumuman itu disampaikan.",
        "Warga {town} sudah meminta {benda} baru sejak badai tahun lalu.",
        "Laporan {company} mencatat {number} keluhan tentang {benda} dalam satu bulan.",
        "“Kami tidak menyangka sebanyak itu,” kata {person}, seorang guru dari {town}.",
        "{benda} itu ditutup pada {hari} setelah insinyur menemukan {number} retakan.",
        "Harga naik {number} rupiah, menurut angka yang dirilis {company} pada {hari}.",
        "Polisi di {town} mencari saksi yang berada di {benda} pada {hari} malam.",
        "{person} dari pihak oposisi menyebut rencana untuk {town} mahal dan terlambat.",
        "Kereta pertama dari {town} membawa {number} penumpang dan tiba tepat waktu.",
        "Dokter merawat {number} pasien di {town}, sebagian besar pulang pada {hari}.",
    ],
}
