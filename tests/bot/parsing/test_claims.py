"""What somebody passes on, less the question whether it is true."""

from __future__ import annotations

import pytest

from bot.parsing.claims import asks_for_verdict, claim_in, words_of_address


@pytest.mark.parametrize(
    "text",
    [
        *("is this true?", "Is this true", "is it really true or not?", "True?", "fake??", "hoax?"),
        *("Is this a hoax?", "fact check please", "is this news fake?", "true or false?"),
        *("benarkah ini?", "Benarkah berita ini?", "apakah ini benar", "apa ini hoaks?"),
        *("ini benar atau hoaks?", "ini hoax bukan?", "bener gak sih?", "beneran nih?", "hoaks?"),
        *("berita ini benar tidak?", "cek fakta", "apa benar kabar itu?", "benarkah?"),
    ],
)
def test_a_question_for_a_verdict_is_nothing_else(text: str) -> None:
    assert asks_for_verdict(text)
    assert not claim_in(text)
    assert claim_in(f"Putin called Erdogan. {text}") == "Putin called Erdogan."


@pytest.mark.parametrize(
    "text",
    [
        *("is this why Putin called?", "true crime in Jakarta", "who is really right?", "hoax"),
        *("benarkah Putin menelepon Erdogan?", "apakah harga BBM naik?", "itu apa?", "", "???"),
        *("is the mayor of Ambon fake?", "a" * 4096, "is this " * 512, " " * 4096),
    ],
)
def test_a_question_about_the_news_is_left_alone(text: str) -> None:
    assert not asks_for_verdict(text)
    assert claim_in(text) == text.strip()


def test_a_question_before_the_claim_is_taken_away() -> None:
    assert claim_in("Is this true? Putin called Erdogan.") == "Putin called Erdogan."
    assert claim_in("benarkah ini: Putin menelepon") == "Putin menelepon"
    assert claim_in("True crime is on the rise.") == "True crime is on the rise."


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://a.example/2022/01/putin-calls-erdogan-123.html", "putin calls erdogan"),
        ("https://a.example/news/Putin_menelepon_Erdogan?x=1#y", "Putin menelepon Erdogan"),
        ("https://a.example/%D0%9F%D1%83%D1%82%D0%B8%D0%BD-%D0%B7%D0%B2%D0%BE", "Путин зво"),
        ("https://a.example/article/12345", ""),
        ("https://a.example/", ""),
        ("https://[", ""),
    ],
)
def test_an_address_holds_the_words_of_its_headline_or_none(address: str, words: str) -> None:
    assert words_of_address(address) == words
