"""Take "read also" blocks out of a text: they are the site's navigation, not the article.

Always true: no line is taken that could be a sentence of the article. Where it is doubtful the
text stays whole, since a headline too many in a text does less harm than a lost paragraph.

How: four shapes are known, each begun by a marker such as "Baca juga".

1. The marker alone on a line, then headlines with bullets: they end with the bullets.
2. The marker alone on a line, then headlines without bullets: short lines that do not end like
   a sentence, at most `_MAX_PLAIN_HEADLINES`.
3. Marker and headline on one line, parted by a colon; or by nothing, where the rest is
   Written In Capitals As Headlines Are.
4. In brackets, or after the last sentence of a paragraph, with a colon.

Checked in ``tests/intake/test_navigation.py``, first of all with the seed article.
"""

from __future__ import annotations

import re

_MARKERS = """
baca juga|baca pula|baca lainnya|baca selengkapnya|simak juga|simak pula|lihat juga|lihat pula
artikel terkait|berita terkait|berita lainnya|tonton juga|pilihan editor|berita berkaitan
read also|also read|read more|read next|see also|related|related articles|related article
related stories|related story|related news|related content|related coverage|related links
more on this story|more on this topic|you may also like|you might also like|recommended reading
lea también|lee también|leer también|lea además|lea más|leer más|ver también|vea también
te puede interesar|le puede interesar|noticias relacionadas|notas relacionadas|relacionado
leia também|leia mais|veja também|saiba mais|notícias relacionadas
lire aussi|à lire aussi|lire également|à lire également|voir aussi|sur le même sujet
lesen sie auch|lesen sie mehr|mehr zum thema|siehe auch|auch interessant
leggi anche|vedi anche|lees ook|lees meer|läs också|läs även|les også|læs også|lue myös
czytaj także|czytaj też|przeczytaj także|zobacz także|zobacz też|čtěte také|olvassa el
citește și|vezi și
читайте также|читать также|смотрите также|по теме|материалы по теме|читайте також
ayrıca okuyun|bunu da okuyun|ilgili haberler|ilgili haber|İlgili haberler|İlgili haber
اقرأ أيضا|اقرأ أيضاً|اقرأ أيضًا|اقرأ ايضا|إقرأ أيضا|شاهد أيضا|مواضيع ذات صلة|اقرأ المزيد
بیشتر بخوانید|همچنین بخوانید|یہ بھی پڑھیں|קראו גם
यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|আরও পড়ুন
อ่านเพิ่มเติม|อ่านข่าวที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง
xem thêm|đọc thêm|tin liên quan|bài liên quan
相关阅读|相关新闻|相关报道|延伸阅读|推荐阅读|更多阅读|相關閱讀|相關新聞|相關報導|延伸閱讀|推薦閱讀
関連記事|関連ニュース|あわせて読みたい|관련 기사|관련기사|관련 뉴스|함께 읽기
"""
_MARKER_WORDS = [marker for line in _MARKERS.split("\n") for marker in line.split("|") if marker]
_MARKER = "(?:" + "|".join(sorted(map(re.escape, _MARKER_WORDS), key=len, reverse=True)) + ")"

# Most texts have no marker, and this sees it a hundred times sooner than the patterns below.
_FOLDED_MARKERS = [marker.casefold() for marker in _MARKER_WORDS]

_COLON = r"\s*[:：]"
_ORNAMENT = r"[-–—*•·・●▪■►▶→»>#|+\s]*"
_BULLET = re.compile(r"(?:[-–—*•·・●▪■►▶→»>+]\s*|\d{1,2}[.)]\s+)(?=\S)")

_ALONE = re.compile(rf"{_ORNAMENT}[\[(]?{_MARKER}[\])]?(?:{_COLON})?[\s.…»>→]*", re.I)
_WITH_COLON = re.compile(
    rf"{_ORNAMENT}[\[(]?(?P<marker>{_MARKER}){_COLON}\s*(?P<headline>\S.*?)[\])]?", re.I
)
_AT_START = re.compile(rf"{_ORNAMENT}[\[(]?{_MARKER}(?!\w)[\])]?(?:{_COLON})?\s*", re.I)
_WITHOUT_COLON = re.compile(rf"{_ORNAMENT}{_MARKER}\s+(?P<headline>\S.*)", re.I)
_IN_BRACKETS = re.compile(
    rf"\({_MARKER}{_COLON}\s*([^()\n]{{5,200}})\)|\[{_MARKER}{_COLON}\s*([^\[\]\n]{{5,200}})\]",
    re.I,
)
_AFTER_SENTENCE = re.compile(
    rf"(?<=[.!?…\"”»]) (?P<marker>{_MARKER}){_COLON}\s*(?P<headline>[^\n]{{5,}})", re.I
)

_SENTENCE_END = re.compile(r"[.!?…。！？؟।۔;,:،，；：][\"'”’»」』)\]]*$")
_TWO_SENTENCES = re.compile(r"[^\W\d_]{3,}[.!?…][\"”»]?\s+\S|[。！？।۔]\s*\S")
_WRITES_NO_STOPS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")

_MAX_HEADLINE_CHARS = 200
_MAX_MARKED_CHARS = 250
"""No longer line is looked at for a marker at its start; a paragraph is longer as a rule."""

_MAX_PLAIN_HEADLINE_CHARS = 150
_MAX_PLAIN_HEADLINES = 5


def split_navigation(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Part a normalised text into what the article says and what the site points to.

    Args:
        text: A text with ``\n`` between lines, as `normalise` gives it.

    Returns:
        The text without its "read also" blocks, and their headlines, each once, in order.
    """
    related: list[str] = []
    folded = text.casefold()
    if not any(marker in folded for marker in _FOLDED_MARKERS):
        return text, ()
    while True:
        # Taking a block out can bring a marker to the beginning of a line: until nothing
        # changes, or the same text would come out different when it is cleaned again.
        rest = _without_inline(text, related)
        rest = _without_blocks(rest, related)
        rest = re.sub(r"\n{3,}", "\n\n", rest).strip()
        if rest == text:
            return text, tuple(dict.fromkeys(related))
        text = rest


def is_marker(line: str) -> bool:
    """Whether a line is nothing but a marker such as "Baca juga:"."""
    return len(line) <= _MAX_MARKED_CHARS and bool(_ALONE.fullmatch(line))


def after_marker(line: str) -> str | None:
    """What follows a marker at the beginning of a line; None if there is no marker."""
    match = _AT_START.match(line) if len(line) <= _MAX_MARKED_CHARS else None
    return line[match.end() :] if match else None


def _without_inline(text: str, related: list[str]) -> str:
    def take(match: re.Match[str]) -> str:
        related.append((match[1] or match[2]).strip())
        return ""

    lines = _IN_BRACKETS.sub(take, text).split("\n")
    for number, line in enumerate(lines):
        start = max(0, len(line) - _MAX_MARKED_CHARS)
        match = _AFTER_SENTENCE.search(line, start)
        # One word ("Related:") may be the writer's own.
        if match and " " in match["marker"] and not _is_prose(match["headline"]):
            related.append(match["headline"].strip())
            lines[number] = line[: match.start()]
    return "\n".join(re.sub(r" {2,}", " ", line).strip() for line in lines)


def _is_prose(headline: str) -> bool:
    return bool(_SENTENCE_END.search(headline) or _TWO_SENTENCES.search(headline))


def _without_blocks(text: str, related: list[str]) -> str:
    kept: list[str] = []
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        headline = _headline_beside_marker(line)
        if headline is not None:
            related.append(headline)
        elif is_marker(line):
            headlines, position = _block(lines, position)
            related.extend(headlines)
        else:
            kept.append(line)
    return "\n".join(kept)


def _headline_beside_marker(line: str) -> str | None:
    """The headline of a line such as "Baca juga: Kabinet Baru Belanda", None if it is none."""
    if len(line) > _MAX_MARKED_CHARS:
        return None
    match = _WITH_COLON.fullmatch(line)
    if match:
        headline = match["headline"].strip()
        # After one word ("Related:") a whole sentence is the writer's own.
        if _TWO_SENTENCES.search(headline) or (
            " " not in match["marker"] and headline.endswith(".")
        ):
            return None
        return headline
    match = _WITHOUT_COLON.fullmatch(line)
    if match and _is_capitalised(match["headline"]) and not _SENTENCE_END.search(line):
        return match["headline"].strip()
    return None


def _is_capitalised(headline: str) -> bool:
    """Whether Most Words Begin With a Capital, as in a headline and in no sentence."""
    words = [word for word in headline.split() if word[0].isalpha()]
    capitalised = sum(word[0].isupper() for word in words)
    return 3 <= len(words) <= 25 and words[0][0].isupper() and capitalised >= 0.7 * len(words)


def _block(lines: list[str], start: int) -> tuple[list[str], int]:
    """The headlines below a marker, and the number of the first line after them."""
    while start < len(lines) and not lines[start]:
        start += 1
    if start < len(lines) and _BULLET.match(lines[start]):
        return _bulleted(lines, start)
    headlines: list[str] = []
    position = start
    while position < len(lines) and len(headlines) < _MAX_PLAIN_HEADLINES:
        line = lines[position]
        if line:
            if not _is_plain_headline(line):
                break
            headlines.append(line)
            # Where sentences end without a stop a paragraph looks like a headline.
            if _WRITES_NO_STOPS.search(line):
                return headlines, position + 1
        position += 1
    # The empty lines after the last headline belong to what follows.
    while position > start and not lines[position - 1]:
        position -= 1
    return headlines, position


def _bulleted(lines: list[str], start: int) -> tuple[list[str], int]:
    headlines: list[str] = []
    position = start
    while position < len(lines):
        line = lines[position]
        bullet = _BULLET.match(line)
        if bullet and len(line) <= _MAX_HEADLINE_CHARS and not _TWO_SENTENCES.search(line):
            headlines.append(line[bullet.end() :].strip())
        # An empty line may stand between two bullets.
        elif line or not any(map(_BULLET.match, lines[position + 1 : position + 2])):
            break
        position += 1
    return headlines, position


def _is_plain_headline(line: str) -> bool:
    return (
        len(line) <= _MAX_PLAIN_HEADLINE_CHARS
        and not is_marker(line)
        and _headline_beside_marker(line) is None
        and not _BULLET.match(line)
        and not _TWO_SENTENCES.search(line)
        and (line.endswith("?") or not _SENTENCE_END.search(line))
    )
