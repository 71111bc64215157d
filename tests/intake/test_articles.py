"""How an article gets its id, source, language and hash."""

from dataclasses import replace
from typing import Any

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.articles import RawArticle, build_article
from retrieval.records import Article

TEXT = "Presiden Putin menelepon Presiden Erdogan, kata Kremlin."


def built(**fields: Any) -> Article:
    return build_article(replace(RawArticle("Judul", TEXT), **fields), "x")


def id_of(**fields: Any) -> str:
    return built(**fields).id


def test_a_given_id_is_kept() -> None:
    assert id_of(id="facqa-00406e7339", url="https://a.com/x", location="/x") == "facqa-00406e7339"


def test_the_address_is_the_identity_whatever_the_text() -> None:
    one = id_of(url="https://A.com/x?utm_source=y")
    assert one == id_of(url="https://a.com/x#top", text="Lain.", location="/elsewhere")


def test_the_front_page_of_a_site_is_nobodys_identity() -> None:
    assert id_of(url="https://a.com/", text="Satu.") != id_of(url="https://a.com/", text="Dua.")


def test_a_file_that_was_edited_is_the_same_article() -> None:
    assert id_of(location="/x.txt") == id_of(location="/x.txt", text="Lain.")
    assert id_of(location="/x.txt") != id_of(location="/y.txt")


def test_a_record_that_nothing_names_is_its_content() -> None:
    assert id_of() == id_of(author="Ani")
    assert id_of() != id_of(text="Lain.")


def test_the_hash_covers_title_and_text_and_nothing_else() -> None:
    def hash_of(**fields: str) -> str:
        return built(**{"title": "a", "text": "b", **fields}).content_hash

    assert hash_of() == hash_of(author="Ani", url="https://a.com/x")
    assert (
        len({hash_of(), hash_of(title="A"), hash_of(text="B"), hash_of(title="ab", text="b")}) == 4
    )


@pytest.mark.parametrize(
    ("stated", "language"),
    [("en", "en"), ("en-US", "en"), ("ZH_Hant", "zh"), ("in", "id"), (None, "id"),
     ("", "id"), ("Indonesian", "id"), ("eng", "id")],
)  # fmt: skip
def test_a_stated_language_is_believed_and_else_it_is_detected(
    stated: str | None, language: str
) -> None:
    assert build_article(RawArticle("Judul", TEXT, language=stated), "x").language == language


def test_the_source_is_what_is_stated_else_the_site_else_where_the_file_is() -> None:
    def source_of(**fields: str) -> str | None:
        return built(fallback_source="seeds", **fields).source

    assert source_of(source="Kompas ", url="https://www.a.com/x") == "Kompas"
    assert source_of(url="https://www.a.com/x") == "a.com"
    assert source_of() == "seeds"


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\ufeff", "...", "Baca juga: Harga Naik"])
def test_an_article_without_text_is_none(text: str) -> None:
    with pytest.raises(IntakeError, match="it has a title but no text"):
        build_article(RawArticle("Judul", text), "x")


def test_an_empty_title_is_no_hindrance() -> None:
    assert build_article(RawArticle("", TEXT), "x").title == ""


def test_related_headlines_from_page_and_text_are_kept_once() -> None:
    raw = RawArticle("Judul", f"{TEXT}\nBaca juga: Dua", related=("Satu", "Dua", " "))
    assert build_article(raw, "x").related == ("Satu", "Dua")
