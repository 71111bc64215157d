"""Questions for what is newest."""

from __future__ import annotations

import pytest

from retrieval.conversation.latest import newest_about


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("latest on Libya", "Libya"),
        ("What is the latest on Libya?", "Libya"),
        ("what's the latest news about the Cianjur quake?", "the Cianjur quake"),
        ("any news on Putin?", "Putin"),
        ("terbaru soal BBM", "BBM"),
        ("Berita terbaru tentang gempa Cianjur", "gempa Cianjur"),
        ("kabar terkini dari Ukraina", "Ukraina"),
        ("kabar terbaru Putin", "Putin"),
        ("berita terbaru gempa Cianjur?", "gempa Cianjur"),
        ("latest Ukraine news", "Ukraine"),
    ],
)
def test_the_newest_of_a_topic(question: str, topic: str) -> None:
    assert newest_about(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "who is the latest president?",
        "kapan terakhir Messi mencetak gol?",
        "who did Putin call?",
        "latest",
        "latest on ?",
        "the latest news",
        "berita terbaru apa?",
        "terbaru",
        "",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert newest_about(question) is None
