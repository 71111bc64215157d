"""How an article gets its id, source, language and hash."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.articles import (
    RawArticle,
    article_from_entry,
    article_from_page,
    build_article,
)
from retrieval.records import Article, Extent, ExtractedPage, FeedEntry

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


URL = "https://www.a.com/2024/kapal"
PAGE = ExtractedPage("Kapal Kembali", f"{TEXT} Kapal itu kembali berlayar.", source="Koran A")
ENTRY = FeedEntry("guid-1", URL, "Kapal kembali", "Kapal itu kembali berlayar.", author="Ani")


def from_page(entry: FeedEntry | None = ENTRY, url: str = URL, **fields: Any) -> Article:
    return article_from_page(replace(PAGE, **fields), url=url, entry=entry, feed_title="Umpan A")


def test_a_page_goes_before_its_feeds_entry_and_the_entry_fills_what_it_leaves_out() -> None:
    article = from_page()
    assert (article.title, article.text, article.source) == (PAGE.title, PAGE.text, "Koran A")
    assert (article.author, article.url, article.extent) == ("Ani", URL, Extent.FULL)
    assert from_page(source=None).source == "Umpan A"
    assert article_from_page(replace(PAGE, source=None), url=URL, entry=None).source == "a.com"


def test_where_a_page_gives_less_than_its_entry_the_entrys_text_is_kept() -> None:
    long = replace(ENTRY, text="Satu kalimat yang panjang tentang kapal. " * 8)
    assert from_page(long).text == long.text.strip()
    slightly = replace(ENTRY, text=f"{PAGE.text} Selesai.")
    assert from_page(slightly).text == PAGE.text


def test_a_stub_stays_a_summary_unless_the_feed_has_the_whole_text() -> None:
    longer = replace(ENTRY, text=f"{PAGE.text} Selesai.")
    stub = from_page(longer, extent=Extent.SUMMARY)
    assert (stub.text, stub.extent) == (longer.text, Extent.SUMMARY)
    whole = replace(ENTRY, text="Satu kalimat yang panjang tentang kapal itu. " * 40)
    assert from_page(whole, extent=Extent.SUMMARY).extent is Extent.FULL


def test_the_address_is_the_canonical_one_and_the_identity_is_that_of_all_variants() -> None:
    article = from_page(canonical_url="https://www.a.com/kapal-kembali")
    assert article.url == "https://www.a.com/kapal-kembali"
    variants = [URL, "http://m.a.com/2024/kapal/", f"{URL}/amp", f"{URL}?utm_source=x"]
    assert len({from_page(url=variant).id for variant in variants}) == 1
    cached = "https://www-a-com.cdn.ampproject.org/c/s/www.a.com/2024/kapal"
    assert from_page(url=cached).url == URL
    assert from_page(url=cached).id == from_page().id


def test_the_pages_time_goes_before_the_feeds_unless_it_is_only_a_day() -> None:
    exact = datetime(2024, 5, 1, 3, 15, tzinfo=UTC)
    listed = replace(ENTRY, published_at=exact)
    stated = datetime(2024, 5, 1, 4, tzinfo=UTC)
    assert from_page(listed, published_at=stated).published_at == stated
    assert from_page(listed).published_at == exact
    assert from_page(listed, published_at=datetime(2024, 5, 1, tzinfo=UTC)).published_at == exact
    far = datetime(2024, 4, 1, tzinfo=UTC)
    assert from_page(listed, published_at=far).published_at == far
    assert from_page().published_at is None


def test_a_pages_language_is_believed_unless_its_text_is_plainly_in_another() -> None:
    text = "Warga desa membangun tanggul dari ban bekas setelah banjir merendam rumah mereka. " * 4
    assert from_page(text=text, language="en-US").language == "id"
    assert from_page(text=text, language="ms").language == "ms"
    assert from_page(text=TEXT, language="en").language == "en"


def test_an_entry_alone_is_a_summary_or_the_whole_article_by_its_length() -> None:
    article = article_from_entry(ENTRY, feed_title="Umpan A")
    assert (article.title, article.text) == ("Kapal kembali", "Kapal itu kembali berlayar.")
    assert (article.url, article.source, article.extent) == (URL, "Umpan A", Extent.SUMMARY)
    whole = replace(ENTRY, text="Satu kalimat yang panjang tentang kapal itu. " * 40)
    assert article_from_entry(whole, feed_title=None).extent is Extent.FULL
    assert article_from_entry(ENTRY, feed_title=None).source == "a.com"


def test_an_entry_of_a_headline_alone_has_it_as_its_text_and_one_of_nothing_is_an_error() -> None:
    assert article_from_entry(replace(ENTRY, text=""), feed_title=None).text == "Kapal kembali"
    with pytest.raises(IntakeError, match="there is no text"):
        article_from_entry(replace(ENTRY, text="", title=""), feed_title=None)


def test_an_entry_without_an_address_is_known_again_by_its_key() -> None:
    entry = replace(ENTRY, url=None)
    edited = replace(entry, text="Kapal itu batal berlayar.")
    one, other = (article_from_entry(each, feed_title="Umpan A") for each in (entry, edited))
    assert one.id == other.id
    assert one.id != article_from_entry(replace(entry, key="2"), feed_title="Umpan A").id
    assert one.id != article_from_entry(entry, feed_title="Umpan B").id


def test_a_page_and_its_entry_alone_are_one_article() -> None:
    assert from_page().id == article_from_entry(ENTRY, feed_title="Umpan A").id
