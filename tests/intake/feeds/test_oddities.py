"""What feeds do that no format allows, or that every format allows and nobody expects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.intake.feeds.reading import entry_of, only_entry, read, rss


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<![CDATA[Rock & Roll]]>", "Rock & Roll"),
        ("Rock &amp; Roll", "Rock & Roll"),
        ("Rock &amp;amp; Roll", "Rock & Roll"),
        ("Caf&#233; &#8217;24", "Café ’24"),
        ("Caf&amp;eacute; &amp;#8217;24", "Café ’24"),
        (
            "&lt;b&gt;Breaking:&lt;/b&gt; bridge &lt;i&gt;closed&lt;/i&gt;",
            "Breaking: bridge closed",
        ),
        ("<b>Breaking:</b> bridge closed", "Breaking: bridge closed"),
        ("<![CDATA[<a href='/x'>Linked</a> title]]>", "Linked title"),
        ("Prices below &lt;10 euro, above &gt;5", "Prices below <10 euro, above >5"),
        ("1 &lt; 2", "1 < 2"),
        ("  two\n   lines\t", "two lines"),
        ("Zero\u200bwidth\u202e turned", "Zerowidth turned"),
        ("<![CDATA[One<br/>two]]>", "One two"),
        ("", ""),
    ],
)
def test_a_title_comes_out_as_plain_text(written: str, title: str) -> None:
    entry = entry_of(f"<title>{written}</title><link>https://example.org/a</link>")
    assert entry.title == title


def test_the_longer_of_content_and_summary_is_the_text() -> None:
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    item = (
        f"<item {namespaces}><title>T</title><description>{{}}</description>"
        "<content:encoded>{}</content:encoded></item>"
    )
    short, long = "A short one.", "&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two, much longer.&lt;/p&gt;"
    assert only_entry(rss(item.format(short, long))).text == "One.\n\nTwo, much longer."
    assert only_entry(rss(item.format(long, short))).text == "One.\n\nTwo, much longer."


def test_a_summary_that_is_the_title_again_is_none() -> None:
    assert entry_of("<title>Same</title><description>Same</description>").text == ""


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("<p>The post <a>T</a> appeared first on <a>Site</a>.</p>", "Words."),
        ("<p>Artikel <a>T</a> pertama kali tampil pada <a>Situs</a>.</p>", "Words."),
        ("<p><a>Continue reading →</a></p>", "Words."),
        (" [&#8230;]", "Words. …"),
        (" [...]", "Words. …"),
        ("<p>The post office appeared closed.</p>", "Words.\n\nThe post office appeared closed."),
    ],
)
def test_what_publishing_systems_add_is_left_out(ending: str, text: str) -> None:
    entry = entry_of(f"<title>T</title><description><![CDATA[<p>Words.{ending}]]></description>")
    assert entry.text == text


def test_relative_links_are_made_absolute_from_the_feed() -> None:
    entry = entry_of(
        '<title>T</title><link>../a/1</link><enclosure url="/p.jpg" type="image/jpeg"/>'
    )
    assert entry.url == "https://feeds.example.net/a/1"
    assert entry.image_url == "https://feeds.example.net/p.jpg"


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://paper.example.org/news/", "https://paper.example.org/news/a/1"),
        ("/archive/", "https://feeds.example.net/archive/a/1"),
        ("javascript:alert(1)//", "https://feeds.example.net/news/a/1"),
    ],
)
def test_relative_links_are_made_absolute_from_xml_base(base: str, url: str) -> None:
    item = "<item><title>T</title><link>a/1</link></item>"
    feed = f'<rss xml:base="{base}"><channel>{item}</channel></rss>'
    assert only_entry(feed).url == url


def test_a_guid_is_the_link_only_where_it_is_one() -> None:
    assert (
        entry_of("<title>T</title><guid>https://example.org/1</guid>").url
        == "https://example.org/1"
    )
    # WordPress: "false", and yet the only address there is.
    permalink = '<title>T</title><guid isPermaLink="false">https://example.org/?p=1</guid>'
    assert entry_of(permalink).url == "https://example.org/?p=1"
    number = entry_of("<title>T</title><guid>12345</guid>")
    assert (number.key, number.url) == ("12345", None)
    tag = entry_of("<title>T</title><guid>tag:example.org,2022:1</guid>")
    assert (tag.key, tag.url) == ("tag:example.org,2022:1", None)


def test_an_entry_is_told_apart_by_guid_then_address_then_words() -> None:
    with_guid = entry_of("<guid>g</guid><link>https://example.org/1</link><title>T</title>")
    with_link = entry_of("<link>https://example.org/1</link><title>T</title>")
    with_words, again = (entry_of("<title>T</title>") for _ in range(2))
    assert with_guid.key == "g"
    assert with_link.key == "https://example.org/1"
    assert with_words.key == again.key != entry_of("<title>U</title>").key


def test_one_guid_for_all_entries_tells_none_apart() -> None:
    items = [
        f"<item><guid>0</guid><link>https://example.org/{n}</link><title>{n}</title></item>"
        for n in range(3)
    ]
    keys = [entry.key for entry in read(rss("".join(items))).entries]
    assert keys == [f"https://example.org/{n}" for n in range(3)]
    # Nor does it matter which comes first, as it does not when a feed moves on.
    assert {entry.key for entry in read(rss("".join(items[::-1]))).entries} == set(keys)


def test_an_entry_listed_twice_is_there_once() -> None:
    item = "<item><guid>g</guid><link>https://example.org/1</link><title>T</title></item>"
    assert len(read(rss(item * 2)).entries) == 1


def test_an_entry_that_says_nothing_is_none_and_all_others_stay() -> None:
    items = "<item/><item><guid>g</guid></item><item><title>T</title></item>"
    assert [entry.title for entry in read(rss(items)).entries] == ["T"]


def test_the_address_before_feedburner_is_the_article_s() -> None:
    entry = entry_of(
        "<title>T</title><link>https://feedproxy.example.com/~r/x/1</link>"
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">'
        "https://paper.example.org/1?utm_source=feedburner</f:origLink>"
    )
    assert entry.url == "https://paper.example.org/1"


def test_a_link_by_a_redirecting_service_is_left_as_it_is() -> None:
    link = "https://news.google.com/rss/articles/CBMiAbc?oc=5"
    assert entry_of(f"<title>T</title><link>{link}</link>").url == link


def test_parameters_and_ampersands_of_links_survive() -> None:
    assert (
        entry_of("<link>https://example.org/?a=1&amp;copy=2</link>").url
        == "https://example.org/?a=1&copy=2"
    )
    assert (
        entry_of("<link><![CDATA[https://example.org/?a=1&lt=2]]></link>").url
        == "https://example.org/?a=1&lt=2"
    )
    assert (
        entry_of("<link>https://example.org/?a=1&b=2</link>").url == "https://example.org/?a=1&b=2"
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://example.org/a", "http://[::1", "http://"]
)
def test_what_is_no_web_address_is_none(link: str) -> None:
    entry = entry_of(f"<title>T</title><guid>g</guid><link>{link}</link>")
    assert (entry.key, entry.url) == ("g", None)


@pytest.mark.parametrize(
    ("elements", "image"),
    [
        ('<media:thumbnail url="https://example.org/t.jpg"/>', "https://example.org/t.jpg"),
        ('<media:content url="https://example.org/v.mp4" medium="video"/>', None),
        ('<media:content url="https://example.org/c.jpg"/>', "https://example.org/c.jpg"),
        (
            '<media:group><media:content url="https://example.org/s.jpg" type="image/jpeg" '
            'width="90"/><media:content url="https://example.org/l.jpg" type="image/jpeg" '
            'width="900"/></media:group>',
            "https://example.org/l.jpg",
        ),
        ('<enclosure url="https://example.org/a.mp3" type="audio/mpeg"/>', None),
        ("<description>&lt;img src='/in.jpg'&gt;Words</description>", "https://feeds.example.net/in.jpg"),
        ("<description>&lt;img src='/p.gif' width='1' height='1'&gt;Words</description>", None),
        ("<description>&lt;img src='data:image/gif;base64,R0'&gt;Words</description>", None),
        ("<description>&lt;img src='/lazy.gif' data-src='/real.jpg'&gt;</description>", "https://feeds.example.net/real.jpg"),
    ],
)  # fmt: skip
def test_the_picture_of_an_entry_is_found(elements: str, image: str | None) -> None:
    item = f'<item xmlns:media="http://search.yahoo.com/mrss/"><title>T</title>{elements}</item>'
    assert only_entry(rss(item)).image_url == image


@pytest.mark.parametrize(
    ("element", "author"),
    [
        ("<author>budi@example.org (Budi Santoso)</author>", "Budi Santoso"),
        ("<author>budi@example.org</author>", None),
        ("<author>Budi Santoso</author>", "Budi Santoso"),
        ("<dc:creator>Budi &amp; Sari</dc:creator>", "Budi & Sari"),
    ],
)
def test_an_author_is_a_name(element: str, author: str | None) -> None:
    item = f'<item xmlns:dc="http://purl.org/dc/elements/1.1/"><title>T</title>{element}</item>'
    assert only_entry(rss(item)).author == author


@pytest.mark.parametrize(
    ("elements", "visit_every"),
    [
        ("<ttl>30</ttl>", timedelta(minutes=30)),
        ("<ttl> 60 </ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<ttl>often</ttl>", None),
        ("<sy:updatePeriod> hourly </sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            timedelta(hours=1),
        ),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
        ("", None),
    ],
)  # fmt: skip
def test_how_often_a_feed_wants_to_be_visited(elements: str, visit_every: timedelta | None) -> None:
    assert read(rss("<item><title>T</title></item>", elements)).visit_every == visit_every


def test_the_language_of_a_feed_is_that_of_its_entries_unless_they_say_another() -> None:
    items = (
        "<item><title>A</title></item><item><title>B</title><dc:language>ms</dc:language></item>"
    )
    feed = f'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><language>id</language>{items}</channel></rss>'
    assert [entry.language for entry in read(feed).entries] == ["id", "ms"]
    assert (
        only_entry(
            '<rss xml:lang="tr"><channel><item><title>A</title></item></channel></rss>'
        ).language
        == "tr"
    )
    assert (
        read(rss("<item><title>A</title></item>", "<language>see below</language>"))
        .entries[0]
        .language
        is None
    )


def test_no_more_than_a_thousand_entries_are_kept() -> None:
    items = "".join(f"<item><title>{n}</title></item>" for n in range(1_200))
    entries = read(rss(items)).entries
    assert [entry.title for entry in entries] == [str(n) for n in range(1_000)]


def test_texts_are_bounded_one_by_one_and_together() -> None:
    words = "word " * 10_400
    items = "".join(
        f"<item><title>{n}</title><description>{words}</description></item>" for n in range(35)
    )
    entries = read(rss(items)).entries
    assert len(entries) == 35
    assert max(len(entry.text) for entry in entries) <= 50_000
    assert sum(len(entry.text) for entry in entries) <= 1_500_000
    long = entry_of(
        f"<title>{'t' * 5_000}</title><guid>{'g' * 5_000}</guid><link>https://example.org/1</link>"
    )
    assert len(long.title) <= 500
    assert long.key == "https://example.org/1"
    assert len(read(rss("", f"<title>{'t' * 5_000}</title>")).title or "") == 500
