"""The language of articles and questions, and None where nobody could tell."""

import subprocess
import sys

import pytest

from retrieval.intake.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki, kata Kremlin."),
        ("id", "Siapa yang ditelepon Putin?"),
        ("id", "harga beras naik"),
        ("ms", "Polis menahan lelaki itu kerana memandu kereta tanpa lesen, kata kerajaan."),
        ("en", "who did Putin call?"),
        ("en", "What is the weather in Tokyo?"),
        ("es", "¿A quién llamó Putin?"),
        ("ru", "Кому позвонил Путин?"),
        ("uk", "Кому зателефонував президент і що він їй сказав?"),
        ("tr", "Rusya Devlet Başkanı Putin, Cumhurbaşkanı Erdoğan ile telefonda görüştü."),
        ("ar", "من اتصل به بوتين؟"),
        ("fa", "پوتین با چه کسی تماس گرفت؟"),
        ("zh", "普京给谁打了电话？"),
        ("zh", "總統府今天宣布內閣改組"),
        ("ja", "プーチンは誰に電話しましたか？"),
        ("ko", "푸틴은 누구에게 전화했나요?"),
        ("th", "ปูตินโทรหาใคร"),
        ("hi", "पुतिन ने किसे फोन किया?"),
        ("vi", "Putin đã gọi cho ai?"),
        ("km", "តើពូទីនបានទូរស័ព្ទទៅអ្នកណា?"),
        ("he", "למי התקשר פוטין?"),
        ("de", "Wen hat Putin angerufen?"),
        ("fr", "Qui Poutine a-t-il appelé ?"),
    ],
)
def test_languages_of_many_scripts(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", " ", "?", "12345", "😀😀", "\x00", "S-400", "Putin", "a"])
def test_it_is_unsure_where_nobody_could_be_sure(text: str) -> None:
    assert detect_language(text) is None


def test_the_model_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, retrieval.intake.files, retrieval.indexing.splitter;"
        "heavy = {'py3langid', 'trafilatura', 'lxml', 'sentencex', 'charset_normalizer'};"
        "print(heavy & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
