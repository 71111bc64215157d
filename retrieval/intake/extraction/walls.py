"""Walls before an article: pages that keep it back for payment, consent, or a check of browsers.

Two questions are answered. Which words of a page are a wall's own (`is_wall_text`): they are
never an article's. And whether what is left is the article or the beginning of one
(`is_stub`): a full article that has a subscription box, or that is metered and was served
whole, stays what it is.
"""

from __future__ import annotations

import re
from typing import Any

from retrieval.intake.extraction.document import PageDocument

_ASKS_PAYMENT = r"""
subscribe to (?:continue|read|unlock|keep reading)
(?:subscribe|register|sign up|log ?in|sign in)(?: now| today)? to (?:continue|keep) reading
to (?:continue|keep) reading(?: this (?:article|story))?,? (?:please )?(?:subscribe|register|log ?in|sign in|create)
(?:this|the) (?:article|story|content) is (?:only )?(?:for|available to|reserved for|exclusive to)(?: our)?(?: \w+)? (?:subscribers|members)
(?:already|are you) (?:a|an) (?:subscriber|member)\?|unlimited (?:digital )?access
start your (?:free )?trial
you(?:'|’)ve (?:reached|read) your|you have (?:reached|read) your (?:limit|last)
free articles? (?:left|remaining|this month)
(?:article|content) (?:is )?(?:locked|for subscribers)|unlock this (?:article|story)
cancel any ?time
(?:untuk|agar bisa) (?:terus |melanjutkan )?(?:membaca|akses)[^.]{0,40}(?:berlangganan|langganan|masuk|login)
artikel ini (?:khusus|hanya) (?:untuk )?(?:pelanggan|member)
berlangganan (?:untuk|sekarang)|sudah berlangganan\?|lanjutkan membaca dengan|konten premium
baca (?:artikel )?selengkapnya dengan berlangganan
(?:jetzt|um) weiter ?(?:zu)?lesen|(?:nur für|vorbehalten|exklusiv für) abonnent
abonnent(?:innen|en)?[^.]{0,40}vorbehalten|monatlich kündbar|sie haben (?:bereits|schon) ein abo
bereits (?:abonnent|kunde)|jetzt testen
(?:article|contenu) (?:est )?réservé aux (?:abonné|membre)|réservé (?:aux|à nos) abonnés
il vous reste \d+ ?% de cet article|pour (?:lire la suite|continuer (?:à lire|votre lecture))
déjà abonné|sans engagement
(?:para|pour) (?:seguir|continuar) (?:leyendo|lendo)
(?:contenido|artículo|noticia) (?:exclusiv[oa]|sol[oa]) para suscriptores
ya (?:eres|soy|tengo) suscriptor|suscríbete (?:para|y)|¿ya estás suscrito
(?:conteúdo|matéria|reportagem) exclusiv[oa] para assinantes|já é assinante|assine (?:para|e|já)
para continuar lendo
(?:contenuto|articolo) (?:riservato|solo per)[^.]{0,20}abbonati|sei già abbonato|abbonati per
per continuare a leggere
(?:dit artikel is )?(?:alleen|exclusief) voor abonnees|verder lezen\?|al abonnee\?
om verder te lezen
(?:материал|статья|текст) доступ\w+ (?:только )?(?:по подписке|подписчикам)
чтобы (?:читать дальше|продолжить чтение)|оформите подписку|уже подписаны
この記事は(?:有料|会員)|有料(?:会員|記事)|会員限定|続きを読むには|残り\d+文字|ログインして(?:続き|全文)
(?:订阅|付费|登录|登入|訂閱|付費)(?:后|後)?(?:即可)?(?:继续)?阅读|(?:繼續|继续)閱讀(?:全文)?(?:請|请)|(?:会员|會員)(?:专享|專享|独享|獨享)
剩余(?:全文)?\d+%
للمشتركين فقط|اشترك (?:الآن )?(?:لمتابعة|للاستمرار)|لمتابعة القراءة|이 기사는 유료|구독(?:자|회원) 전용
로그인 후 (?:이용|계속)
(?:devamını okumak|okumaya devam etmek) için|abonelere özel
tylko dla (?:subskrybentów|prenumeratorów)|aby czytać dalej|đăng nhập để (?:đọc|xem) tiếp
"""  # noqa: E501
_ASKS_CONSENT = r"""
(?:we|our (?:\d+ )?partners|and (?:our|its) (?:\d+ )?partners)[^.]{0,80}(?:use|store|access)[^.]{0,40}cookies
this (?:site|website) uses cookies|accept (?:all )?cookies
cookie (?:policy|preferences|settings)|manage (?:your )?(?:privacy|consent|cookie)
before you continue
kami (?:dan mitra kami )?menggunakan cookie|situs (?:web )?ini menggunakan cookie
setujui (?:semua )?cookie|kebijakan (?:cookie|privasi)
(?:wir|unsere (?:\d+ )?partner)[^.]{0,80}(?:verwenden|nutzen)[^.]{0,40}cookies
cookies (?:akzeptieren|zulassen)|mit werbung (?:und tracking )?weiterlesen|datenschutzerklärung
werbefrei
(?:nous|nos (?:\d+ )?partenaires)[^.]{0,80}(?:utilis|déposent|stock)[^.]{0,60}cookies
accepter (?:et (?:continuer|fermer)|les cookies)|continuer sans accepter
gérer (?:mes|les) (?:choix|cookies)|utilisation de cookies
(?:utilizamos|usamos|nuestros socios|nossos parceiros)[^.]{0,60}cookies
aceptar (?:todas las )?cookies|política de (?:cookies|privaci[dó]a?d|privacidade)
aceitar (?:todos os )?cookies
(?:utilizziamo|usiamo|i nostri (?:\d+ )?partner)[^.]{0,60}cookie
accett[ao](?: tutti)?(?: i)? cookie|informativa (?:sui cookie|sulla privacy)
(?:wij|we|onze (?:\d+ )?partners|en (?:onze|haar) (?:\d+ )?partners)[^.]{0,60}gebruiken[^.]{0,40}cookies
cookies (?:te )?accepteren|cookiebeleid|privacybeleid|voorkeuren (?:te )?(?:beheren|wijzigen)
(?:мы|сайт)[^.]{0,40}использу[^.]{0,40}(?:cookie|куки)|файл(?:ы|ов) cookie
çerez(?:leri)? (?:kullan|politika)|używamy (?:plików )?cookie|plik(?:i|ów) cookie
cookie(?:を使用|の使用|を利用|に同意)|クッキー(?:を使用|の使用)|使用(?:了)?\s?cookie|نستخدم ملفات تعريف الارتباط|쿠키를 사용
"""  # noqa: E501
_CHECKS_BROWSER = r"""
just a moment|checking (?:your browser|if the site connection is secure)
verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|you have been blocked
access denied|attention required|enable javascript(?: and cookies)? to continue
please enable (?:js|javascript|cookies)|pardon our interruption|security check
unusual (?:traffic|activity)|needs to review the security|ddos protection
performance (?:&|and) security by|ray id|captcha
aktifkan javascript|mohon tunggu sebentar|verifikasi bahwa anda (?:adalah )?manusia
bitte aktivieren sie javascript|veuillez activer javascript|habilite javascript
включите javascript|请启用javascript|javascriptを有効に
(?:page|article|story) (?:not found|you requested|does not exist)|404 (?:error|not found)
halaman tidak ditemukan
"""


# One of these is in every text that the patterns above match, and this sees it a hundred times
# sooner: hardly a paragraph of an article has any.
_HINTS_OF_PAYMENT = (
    "subscri", "register", "sign up", "log in", "login", "sign in", "to continue", "to keep",
    "member", "unlimited", "trial", "reached your", "read your", "free article", "locked",
    "unlock", "cancel any", "langgan", "masuk", "konten premium", "lanjutkan membaca",
    "weiterlesen", "weiter lesen", "weiterzulesen", "weiter zulesen", "abonnent", "kündbar",
    "ein abo", "bereits kunde", "jetzt testen", "réservé", "il vous reste", "lire la suite",
    "continuer", "abonné", "sans engagement", "suscri", "leyendo", "lendo", "assinante",
    "assine", "abbonat", "a leggere", "abonnee", "verder", "подпис", "читать дальше",
    "продолжить чтение", "有料", "会員", "続きを", "残り", "ログイン", "订阅", "付费", "登录",
    "登入", "訂閱", "付費", "繼續", "继续", "会员", "會員", "剩余", "للمشتركين", "اشترك", "لمتابعة",
    "유료", "구독", "로그인", "için", "abonelere", "subskryb", "prenumer", "aby czytać",
    "đăng nhập",
)  # fmt: skip
_HINTS_OF_CONSENT = (
    "cookie", "куки", "クッキー", "çerez", "privac", "privasi", "datenschutz", "consent",
    "before you continue", "weiterlesen", "werbefrei", "sans accepter", "choix", "voorkeuren",
    "ملفات", "쿠키",
)  # fmt: skip


def _pattern(lines: str) -> re.Pattern[str]:
    return re.compile("|".join(line for line in lines.split("\n") if line), re.I)


_PAYMENT, _CONSENT, _CHECK = map(_pattern, (_ASKS_PAYMENT, _ASKS_CONSENT, _CHECKS_BROWSER))

_WALL_NAMES = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall\w*|reg-?wall|subscri(?:be|ption|ber)s?-?(?:wall|gate|only|offer|prompt)"
    r"|gate(?:way|d)?-?(?:content)?|premium-?(?:wall|offer|box|prompt)|piano\w*|tp-(?:modal|container\w*)"
    r"|meter(?:ed)?-?(?:wall|offer)|locked-?(?:content|article)?|login-?wall|content-?lock\w*"
    r"|(?:privacy|consent|cookie|gdpr)-?(?:gate|wall|page|manager|banner|notice|bar|popup|modal|overlay|ui|layer)"
    r"|onetrust\S*|didomi\S*|cmp(?:box|wrapper)?|qc-cmp\S*|sp_message\S*|cookiebot|usercentrics)(?=$|[\s_-])",
    re.I,
)

_MAX_WALL_CHARS = 600
"""A longer paragraph is no wall's, whatever words it uses."""

_STUB_CHARS = 900
"""An article kept back shows less than this; two or three paragraphs as a rule."""

_SILENT_STUB_CHARS = 500
"""The same where no wall is to be seen, and only the page's word says that it is not free."""

_DENSE = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_DENSE_WEIGHT = 3  # a letter of these scripts says what three of an alphabet do
_FULL_SHARE = 0.6


_PAYWALL_NAMES = re.compile(r"(?:pay|reg|subscription|subscriber|premium)-?wall", re.I)


def names_paywall(name: str) -> bool:
    """Whether a class or an id is that of a wall that asks to pay, whatever it says."""
    return bool(_PAYWALL_NAMES.search(name))


def asks_payment(text: str) -> bool:
    """Whether a paragraph asks to pay or to log in for the rest of an article."""
    if len(text) > _MAX_WALL_CHARS:
        return False
    folded = text.casefold()
    return any(hint in folded for hint in _HINTS_OF_PAYMENT) and bool(_PAYMENT.search(text))


def names_wall(name: str) -> bool:
    """Whether a class or an id is that of a wall."""
    return bool(_WALL_NAMES.search(name))


def is_wall_text(text: str) -> bool:
    """Whether a paragraph is a wall's: it asks to pay, to consent, or to prove to be human."""
    if len(text) > _MAX_WALL_CHARS:
        return False
    folded = text.casefold()
    asks_consent = any(hint in folded for hint in _HINTS_OF_CONSENT) and _CONSENT.search(text)
    return bool(asks_consent) or asks_payment(text) or is_check(text)


def is_check(title: str) -> bool:
    """Whether a title is that of a page that checks browsers, or says that a page is missing."""
    return bool(_CHECK.search(title))


def is_stub(document: PageDocument, texts: list[str], *, walled: bool) -> bool:
    """Whether what a page gave is the beginning of an article that is kept back.

    Args:
        document: The page.
        texts: The paragraphs that were found, without a wall's own.
        walled: Whether there was a wall on the page.

    Returns:
        True if the page says or shows that it keeps the article back, and gave but little.
    """
    if not (walled or is_not_free(document)):
        return False
    stated = document.article.get("wordCount")
    if isinstance(stated, str) and stated.isdigit():
        stated = int(stated)
    if isinstance(stated, int) and stated > 0:
        return sum(len(text.split()) for text in texts) < _FULL_SHARE * stated
    return sum(map(_weight, texts)) < (_STUB_CHARS if walled else _SILENT_STUB_CHARS)


def _weight(text: str) -> int:
    return len(text) + (_DENSE_WEIGHT - 1) * len(_DENSE.findall(text))


def is_not_free(document: PageDocument) -> bool:
    """Whether the page says that its article, or a part of it, is not free."""
    stated = [document.article, *_parts(document.article.get("hasPart"))]
    if any(str(each.get("isAccessibleForFree")).lower() == "false" for each in stated):
        return True
    tier = document.meta("article:content_tier", "content_tier", "paywall", "access") or ""
    return tier.lower() in {"locked", "metered", "premium", "paid", "subscriber", "subscribers"}


def _parts(stated: Any) -> list[dict[str, Any]]:
    parts = stated if isinstance(stated, list) else [stated]
    return [part for part in parts if isinstance(part, dict)]
