"""Walls: what they say is never an article, and a full article is never taken for a stub."""

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.articles import article_from_page
from retrieval.intake.extraction import extract_page
from retrieval.intake.extraction.walls import is_wall_text
from retrieval.records import Extent, ExtractedPage, FeedEntry

URL = "https://news.example.org/2024/05/ferry-returns-88120"
LEAD = (
    "The Marl Bay ferry carried passengers again on Saturday, eleven weeks after a cracked "
    "gearbox had left the island without its only boat."
)
REST = [
    f"Paragraph {number} says what the harbour board decided, who paid for the gearbox, and how "
    "the islanders spent the winter without their boat, in two lines or three."
    for number in range(8)
]
ENTRY = FeedEntry("guid-1", URL, "Ferry returns", "The ferry sails again, the board said.")


def page(body: str, head: str = "", title: str = "Ferry returns after eleven weeks") -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(content: bytes, entry: FeedEntry | None = None) -> ExtractedPage:
    return extract_page([(content, URL, "text/html; charset=utf-8")], entry=entry)


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe to continue reading this story.",
        "Already a subscriber? Log in",
        "You have reached your limit of free articles this month.",
        "Untuk melanjutkan membaca artikel ini, silakan berlangganan.",
        "Sudah berlangganan? Masuk di sini",
        "Dieser Artikel ist Abonnenten vorbehalten.",
        "Cet article est réservé aux abonnés.",
        "Il vous reste 85 % de cet article à lire.",
        "Para seguir leyendo, suscríbete por 1 euro.",
        "Conteúdo exclusivo para assinantes",
        "Contenuto riservato agli abbonati",
        "Dit artikel is alleen voor abonnees.",
        "Статья доступна только по подписке.",
        "この記事は有料会員限定です。残り1234文字",
        "登录后继续阅读",
        "هذا المقال للمشتركين فقط",
        "이 기사는 유료 회원에게 제공됩니다",
        "We and our 214 partners use cookies to store information on your device.",
        "Kami menggunakan cookie untuk meningkatkan pengalaman Anda.",
        "Wir und unsere 120 Partner verwenden Cookies auf diesem Gerät.",
        "Nous et nos partenaires utilisons des cookies.",
        "Utilizamos cookies propias y de terceros.",
        "Checking your browser before accessing the site.",
        "Please enable JavaScript and cookies to continue",
        "Verify that you are human",
    ],
)
def test_the_words_of_walls_are_known_in_many_languages(words: str) -> None:
    assert is_wall_text(words)


@pytest.mark.parametrize(
    "words",
    [
        LEAD,
        *REST[:1],
        "The paper lost a third of its subscribers in March, its editor said.",
        "Pelanggan listrik diminta berhemat selama pemadaman.",
        "The court ruled that the bakery must register its ovens.",
        "He was locked in a dispute with the members of the board.",
        "Die Zeitung verlor im März ein Drittel ihrer Abonnenten.",
        "Regulators fined the company for storing data without consent.",
        "警察は有料道路で事故があったと発表した。",
    ],
)
def test_what_reporters_write_is_no_wall(words: str) -> None:
    assert not is_wall_text(words)


def test_a_stub_before_a_wall_is_a_summary_without_the_walls_words() -> None:
    wall = '<div class="paywall">Subscribe to continue reading. Cancel anytime.</div>'
    extracted = read(page(paragraphs(LEAD) + wall))
    assert (extracted.extent, extracted.text) == (Extent.SUMMARY, LEAD)


def test_a_wall_without_a_name_is_known_by_its_words() -> None:
    wall = (
        "<div><p>Already a subscriber? Log in</p><p>To continue reading, subscribe now.</p></div>"
    )
    extracted = read(page(paragraphs(LEAD) + wall))
    assert (extracted.extent, extracted.text) == (Extent.SUMMARY, LEAD)


def test_a_stub_gives_the_pages_own_summary_where_that_says_more() -> None:
    summary = f"{LEAD} The county paid half of it."
    head = f'<meta name="description" content="{summary}">'
    wall = '<div class="paywall">Subscribe to continue reading.</div>'
    assert read(page(paragraphs(LEAD) + wall, head)).text == summary


@pytest.mark.parametrize(
    "box",
    [
        '<div class="subscribe-box"><p>Subscribe to continue reading stories like this.</p></div>',
        '<div class="paywall"><p>Already a subscriber? Log in</p></div>',
        "<p>Already a subscriber? Log in</p>",
        '<div class="cookie-banner"><p>We and our partners use cookies to show you ads.</p></div>',
    ],
)
def test_a_full_article_with_a_box_is_full_and_less_the_box(box: str) -> None:
    extracted = read(page(paragraphs(LEAD, *REST) + box))
    assert extracted.extent is Extent.FULL
    assert extracted.text.split("\n") == [LEAD, *REST]


def test_a_metered_article_that_was_served_whole_is_full() -> None:
    stated = '{"@type":"NewsArticle","isAccessibleForFree":false}'
    head = f'<script type="application/ld+json">{stated}</script>'
    assert read(page(paragraphs(LEAD, *REST), head)).extent is Extent.FULL
    assert read(page(paragraphs(LEAD), head)).extent is Extent.SUMMARY


def test_the_number_of_words_that_a_page_states_decides() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False",'
        '"wordCount":%d}</script>'
    )
    words = len(" ".join([LEAD, *REST]).split())
    assert read(page(paragraphs(LEAD, *REST), head % words)).extent is Extent.FULL
    assert read(page(paragraphs(LEAD, *REST), head % (3 * words))).extent is Extent.SUMMARY


def test_what_is_stated_for_machines_of_an_article_that_is_not_free_is_not_taken() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false,'
        '"articleBody":"%s"}</script>'
    )
    extracted = read(page(paragraphs(LEAD), head % "\\n".join(REST)))
    assert (extracted.extent, extracted.text) == (Extent.SUMMARY, LEAD)


def test_an_article_about_walls_keeps_all_its_words() -> None:
    about = (
        "Regulators said that the cookie policy of the site was unlawful.",
        "Customers can cancel any time, the company said, and solve no captcha.",
    )
    texts = (LEAD, *about, *REST)
    extracted = read(page(paragraphs(*texts), title="Access denied: a captcha too many"))
    assert (extracted.text.split("\n"), extracted.extent) == (list(texts), Extent.FULL)


CONSENT = page(
    paragraphs(
        "We and our 214 partners use cookies to store and access information on your device.",
        "Click Accept to accept all cookies, or manage your privacy settings.",
    ),
    title="Before you continue",
)
CHECK = page(paragraphs("Checking your browser. Ray ID: 8f2a"), title="Just a moment...")


@pytest.mark.parametrize("content", [CONSENT, CHECK], ids=["consent", "check"])
def test_a_wall_without_an_article_is_an_error_and_with_a_feeds_entry_a_summary(
    content: bytes,
) -> None:
    with pytest.raises(IntakeError, match="no article was found"):
        read(content)
    extracted = read(content, ENTRY)
    assert extracted == ExtractedPage(
        title="Ferry returns",
        text="The ferry sails again, the board said.",
        extent=Extent.SUMMARY,
    )


def test_an_entry_of_a_headline_alone_is_kept_as_that() -> None:
    entry = FeedEntry("guid-1", URL, "Ferry returns")
    article = article_from_page(read(CHECK, entry), url=URL, entry=entry)
    assert (article.title, article.text) == ("Ferry returns", "Ferry returns")
    assert article.extent is Extent.SUMMARY
