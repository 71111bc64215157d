"""Feeds that are no sound XML, as half of the world's are: what can be read is read."""

from __future__ import annotations

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.feeds.survey import MAX_DEPTH
from tests.intake.feeds.reading import entry_of, read, rss

ITEM = "<item><title>Kept</title><link>https://example.org/1</link></item>"


def test_a_feed_that_ends_in_the_middle_is_read_as_far_as_it_goes() -> None:
    whole = rss(ITEM * 2 + "<item><title>Last")
    cut = whole[: whole.index("Last") + 4]
    assert [entry.title for entry in read(cut).entries] == ["Kept", "Last"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("AT&T and R&D", "AT&T and R&D"),
        ("a&nbsp;b &eacute; &hellip; &euro;", "a b é … €"),
        ("a &unknown; b", "a &unknown; b"),
        ("bell\x07 and \x00null", "bell and null"),
        ("half &#xD800; &#0; &#99999999;", "half \ufffd \ufffd \ufffd"),
        ("<p>not closed <b>bold", "not closed bold"),
        ("a < b, c <3 d", "a < b, c <3 d"),
    ],
)
def test_text_that_is_no_xml_is_mended(written: str, text: str) -> None:
    entry = entry_of(f"<title>T</title><description>{written}</description>")
    assert entry.text == text


def test_what_a_failing_program_printed_first_is_skipped() -> None:
    printed = "<br />\n<b>Warning</b>: include(): failed in <b>/srv/x.php</b> on line 3<br />\n"
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    assert read(printed + declared + rss(ITEM)).entries[0].title == "Kept"
    assert read(printed + rss(ITEM)).entries[0].title == "Kept"


def test_html_in_the_first_entry_makes_no_page_of_a_feed() -> None:
    entry = entry_of(
        "<title>T</title><description><![CDATA[<html><body>Words</body>]]></description>"
    )
    assert entry.text == "Words"


def test_prefixes_that_nobody_bound_are_understood() -> None:
    entry = entry_of(
        "<title>T</title><dc:creator>Budi</dc:creator><content:encoded>Long words</content:encoded>"
        '<media:thumbnail url="https://example.org/t.jpg"/><vendor:thing vendor:a="1"/>'
    )
    assert (entry.author, entry.text, entry.image_url) == (
        "Budi",
        "Long words",
        "https://example.org/t.jpg",
    )
    sitemap = (
        "<urlset><url><loc>https://example.org/1</loc><news:news><news:title>N</news:title>"
        "<news:publication_date>2022-03-03</news:publication_date></news:news></url></urlset>"
    )
    (page,) = read(sitemap).entries
    assert page.title == "N"
    assert page.published_at is not None


@pytest.mark.parametrize(
    "opening",
    [
        "<rss>",
        "<RSS VERSION='2.0'>",
        "<!-- made by hand: <rss> --><rss>",
        "<?xml-stylesheet href='x.xsl'?><rss>",
        "<!DOCTYPE rss><rss>",
        '<!DOCTYPE rss SYSTEM "http://example.org/rss.dtd" [ <!ELEMENT rss ANY> ]><rss>',
    ],
)
def test_any_beginning_will_do(opening: str) -> None:
    closing = "</RSS>" if "RSS" in opening else "</rss>"
    feed = read(f"{opening}<channel><title>News</title>{ITEM}</channel>{closing}")
    assert [entry.title for entry in feed.entries] == ["Kept"]


def test_harmless_entities_are_read() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY outlet "The &#8216;Gazette&#8217;">]>'
    assert (
        read(doctype + rss(ITEM, "<title>&outlet;&nbsp;News</title>")).title == "The ‘Gazette’ News"
    )


def test_files_of_this_machine_are_never_read() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    feed = read(doctype + rss(ITEM, "<title>[&secret;]</title>"))
    assert feed.title == "[&secret;]"
    included = (
        '<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><title>'
        '<xi:include href="file:///etc/hostname" parse="text"/></title></channel></rss>'
    )
    assert read(included).title is None


def test_blanks_in_the_address_of_a_namespace_do_no_harm() -> None:
    item = "<item><title>T</title><media:thumbnail url='https://example.org/t.jpg'/></item>"
    (entry,) = read(
        f"<rss xmlns:media=' http://search.yahoo.com/mrss/ ' xmlns:empty=''>{item}</rss>"
    ).entries
    assert entry.image_url == "https://example.org/t.jpg"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "made of others"),
        (f'<!DOCTYPE rss [<!ENTITY a "{"a" * 9_000}">]><rss>{"&a;" * 9_000}</rss>', "repeats"),
        ("<rss><channel>" + "<item>" * 1_000, f"nested deeper than {MAX_DEPTH}"),
        ("<feed>" + "<x:div>" * 1_000, f"nested deeper than {MAX_DEPTH}"),
        ("<rss>" + "<a/>" * 300_000 + "</rss>", "more than 250,000 elements"),
        ("<rss>" + "".join(f"<p{n}:a/>" for n in range(200)) + "</rss>", "not bound"),
        ("<rss " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>", "larger than a whole"),
        ("<rss><channel>" + "&" * 300_000, "too many errors"),
        ('<!DOCTYPE rss [<!ENTITY a "', "DOCTYPE cannot be read"),
        ('{"items":' + "[" * 100_000, "nested too deeply"),
        ('{"items": [' + "{}," * 600_000 + "{}]}", "more than 500,000 parts"),
    ],
)
def test_what_would_grow_is_refused_in_a_sentence(content: str, reason: str) -> None:
    with pytest.raises(IntakeError, match=reason):
        read(content)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss("")).entries == ()
    assert read('{"version": "https://jsonfeed.org/version/1", "items": []}').entries == ()
    assert read("<urlset/>").entries == ()


def test_json_that_is_not_what_it_should_be_gives_what_it_can() -> None:
    feed = read(
        '{"title": 7, "authors": {}, "items": [null, 3, "x", {"id": true, "title": "A", '
        '"url": [], "authors": [null, {"name": 5}]}, {"id": 1e999999, "title": "B", "tags": 0}]}'
    )
    assert feed.title == "7"
    assert [(entry.title, entry.url, entry.author) for entry in feed.entries] == [
        ("A", None, "5"),
        ("B", None, None),
    ]
    assert feed.entries[1].key == "1e999999"
