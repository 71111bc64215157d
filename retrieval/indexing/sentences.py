"""Cut a text into sentences, as exact offsets, in any script.

Always true: the spans are in order, do not overlap, carry no white space at either end, and
together cover every character that is not white space. So a quote built of whole sentences is
a slice of its article, and no word of an article is out of every sentence's reach.

How: a line break always ends a sentence. Within a line ``sentencex`` (Wikimedia, MIT) proposes
the ends; it knows the full stops of every script and keeps quotations whole. What it gets wrong
is mended by joining: an unneeded cut tears a quote in two and loses its meaning, an unneeded
join only makes it longer, so every rule here joins, and none cuts. What is still longer than
`MAX_SENTENCE_CHARS` is cut at the best place (see `cut_span`), because no embedding model reads
a page at once. Thai and Lao write no full stops: there a blank ends a clause.

Checked by property tests over any text, and by the table of hard cases in
``tests/indexing/test_sentences.py``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from retrieval.records import Span

MAX_SENTENCE_CHARS = 400
"""Nothing longer is one sentence. At most about as many tokens in any script, so that a
sentence always fits a model that reads 512."""

_CLAUSE_CHARS = 100
"""Where blanks end clauses (Thai, Lao), clauses are gathered up to about this many characters:
the length of an English sentence, measured in what it says."""

_CHUNK_CHARS = 8_000
"""The library's search for quotation marks is quadratic: 100,000 characters of unclosed ones
took 6 s, 10,000 take 0.08 s. So a longer line is given to it in pieces."""

_LOOK_AHEAD_CHARS = 80
"""How far the rules for joining look past an end."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Abbreviations that stand before a name and so never end a sentence, where the library does
# not know them or knows them in one language only. Lower case, without the full stop.
_TITLE_WORDS = """
    dr drg drs dra prof ir h hj kh ust tgk tn ny sdr sdri bpk jl jln gg kab kec kel prov jend jen
    letjen mayjen brigjen irjen komjen kol letkol kapt lettu letda kombes akbp akp kompol iptu ipda
    aiptu aipda bripka pt cv ud rp tgl hlm dt
    ee mr mrs ms mx messrs gen col lt maj capt cmdr sgt cpl adm rev fr hon gov sen rep pres supt
    st ste mt ft vs sr sra srta dña lic ing arq mme mlle mgr dott sig av doç yrd uzm
    tp pgs ts gs ths bs ks
    проф акад ген им гр ул пр пл обл
"""
_TITLES = frozenset(_TITLE_WORDS.split())

# These join only what follows as a number: "No. 7", "hal. 12", "3 Jan. 2022".
_WORDS_BEFORE_NUMBER = """
    no nos nr nº núm num psl ps art bab hal vol fig pp p pág ch sec ed cf ca c thn th
    jan feb mar apr jun jul aug agt sep sept oct okt nov dec des ene abr ago dic
    стр рис п ст янв фев апр авг сен окт ноя дек
"""
_BEFORE_NUMBER = frozenset(_WORDS_BEFORE_NUMBER.split())

_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,4})[.)]")
_LAST_WORD = re.compile(r"([^\W_]+)\.$")
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
_THAI_OR_LAO = re.compile(r"[\u0e00-\u0eff]")
_THAI_STOP = re.compile(r"[\u0e00-\u0eff]\.$")

_QUOTE_MARKS = "\"'”’“‘»«›‹"  # which of them closes differs by language: „so“, »so«, ”så”
_CLOSERS = ")]}）］｝」』】〉》〕"
_CONTINUES = ",;:،؛，、；：%‰"

# 「来た。」と言った。 The particle makes the quotation a part of the sentence around it.
_JAPANESE_QUOTED = re.compile(r"[」』]$")
_JAPANESE_PARTICLE = re.compile(r"と|って|など|を|が(?!ん)|に|は(?!い)|の|も(?!し)")
# “我们来了。”他说。 Who said it belongs to what was said.
_CHINESE_QUOTED = re.compile(r"[。！？!?…][”」』\"]$")
_CHINESE_SAID = re.compile(
    r"[^。！？，、]{0,12}(?:说|說|表示|称|稱|道|指出|强调|強調|问|問|补充)[^。！？，]{0,3}[。，：]"
)
# “Is it?” Putin asked. The same, where the name begins with a capital.
_QUOTED_QUESTION = re.compile(r"[?!؟…][\"”’»“]$")
_SHORT_SENTENCE = re.compile(r"[^.!?؟…\"“”«»]{1,30}\.(?=\s|$)")

# Where a piece that is too long is cut, best first: after a sentence that ends inside a
# quotation, after a clause, after a comma, at a blank.
_SENTENCE_END = re.compile(r"(?<![\s.(][A-Z])[.!?…؟۔।॥]+[\"”’»“)\]]*(?=\s)|[。！？｡]+[”’」』）]*")
_CUTS = (
    _SENTENCE_END,
    re.compile(r"[;:؛](?=\s)|[；：]|\s(?=[–—-]\s)"),
    re.compile(r"[,،](?=\s)|[，、]"),
    re.compile(r"\s"),
)


def split_sentences(text: str, language: str | None) -> list[Span]:
    """Find the sentences of a text.

    Args:
        text: Any text; that of an article is cleaned first.
        language: ISO 639-1, which decides about abbreviations; None where it is not known.

    Returns:
        Offsets into ``text``: ordered, disjoint, trimmed, covering all but white space. A
        sentence is at most `MAX_SENTENCE_CHARS` characters long (a little more only where
        combining marks leave no place to cut).
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        for chunk in _chunks(text, line.start(), line.end()):
            for sentence in _mended(text[chunk.start : chunk.end], language):
                moved = Span(chunk.start + sentence.start, chunk.start + sentence.end)
                for clause in _clauses(text, moved):
                    spans.extend(cut_span(text, clause, MAX_SENTENCE_CHARS))
    return spans


def cut_span(text: str, span: Span, limit: int) -> list[Span]:
    """Cut a span into pieces of about equal length, none longer than a limit.

    Each cut is made at the best kind of place in reach, of the best kind the one that makes the
    pieces most equal: the end of a sentence, of a clause, a comma, a blank; where there is none
    of these, between two characters, but never before a combining mark.

    Args:
        text: The text that the span lies in.
        span: What to cut.
        limit: The most characters in a piece, at least 2.

    Returns:
        Trimmed pieces in order that cover all but white space; none if there is nothing else.
    """
    pieces: list[Span] = []
    start, end = _trimmed(text, span.start, span.end)
    while end - start > limit:
        count = -(-(end - start) // limit)
        cut = _best_cut(text, start, end, aim=start + (end - start) // count, last=start + limit)
        piece = _trimmed(text, start, cut)
        if piece.end > piece.start:
            pieces.append(piece)
        start, end = _trimmed(text, cut, end)
    if end > start:
        pieces.append(Span(start, end))
    return pieces


def _chunks(text: str, start: int, end: int) -> list[Span]:
    if end - start <= _CHUNK_CHARS:
        return [Span(start, end)]
    return cut_span(text, Span(start, end), _CHUNK_CHARS)


def _mended(line: str, language: str | None) -> Iterator[Span]:
    """The library's sentences of one line, joined where it cut too early."""
    import sentencex

    if not line.strip():
        return
    # A lone surrogate is no text and the library refuses it; one for one, so offsets stay.
    safe = _SURROGATE.sub("\ufffd", line)
    start = 0
    for boundary in sentencex.get_sentence_boundaries(language or "en", safe):
        end = _past_closers(line, max(start, boundary["end_index"]))
        if _joins(line, start, end):
            continue
        sentence = _trimmed(line, start, end)
        if sentence.end > sentence.start:
            yield sentence
        start = end
    rest = _trimmed(line, start, len(line))
    if rest.end > rest.start:
        yield rest


def _past_closers(line: str, end: int) -> int:
    """Move an end over closing marks, so that no sentence begins with one."""
    position = end
    while position < len(line):
        mark = line[position]
        if mark in _QUOTE_MARKS:
            follower = line[position + 1 : position + 2]
            if follower.isalnum():
                break
            # In "tokenised text" both marks stand free; an odd number before means it is open.
            if mark in "\"'" and line.count(mark, 0, position) % 2 == 0:
                break
        elif mark not in _CLOSERS:
            break
        position += 1
        end = position
    return end


def _joins(line: str, start: int, end: int) -> bool:
    """Whether the sentence that seems to end at ``end`` goes on after it."""
    head = line[start:end].rstrip()
    tail = line[end : end + _LOOK_AHEAD_CHARS].lstrip()
    if not tail:
        return False
    if not any(map(str.isalnum, head)) or not any(map(str.isalnum, tail)):
        return True
    if tail[0].islower() or tail[0] in _CONTINUES:
        return True
    return _is_abbreviated(head, tail) or _is_attributed(head, tail)


def _is_abbreviated(head: str, tail: str) -> bool:
    if _THAI_STOP.search(head) or _ENUMERATOR.fullmatch(head):
        return True
    found = _LAST_WORD.search(head)
    if found is None:
        return False
    word = found[1]
    if word.lower() in _TITLES:
        return True
    if tail[0].isdigit():
        if word.lower() in _BEFORE_NUMBER:
            return True
        # Tokenised text tears "3.327.810" after the point.
        return len(word) <= 3 and word.isdigit() and bool(_THOUSANDS.match(tail))
    # An initial: "J. K. Rowling", "Susilo B. Yudhoyono"; but "the U.S. It" is the library's.
    before = head[found.start() - 1 : found.start()]
    return len(word) == 1 and word.isupper() and before != "." and tail[0].isupper()


def _is_attributed(head: str, tail: str) -> bool:
    if _JAPANESE_QUOTED.search(head) and _JAPANESE_PARTICLE.match(tail):
        return True
    if _CHINESE_QUOTED.search(head) and _CHINESE_SAID.match(tail):
        return True
    return bool(_QUOTED_QUESTION.search(head) and _SHORT_SENTENCE.match(tail))


def _clauses(text: str, span: Span) -> list[Span]:
    """Cut Thai and Lao at blanks into clauses gathered to about `_CLAUSE_CHARS`."""
    if span.end - span.start <= _CLAUSE_CHARS:
        return [span]
    sentence = text[span.start : span.end]
    if 2 * len(_THAI_OR_LAO.findall(sentence)) < len(sentence):
        return [span]
    pieces: list[Span] = []
    start = span.start
    for blank in re.finditer(r"\s+(?![\d๐-๙ๆฯ])", sentence):
        position = span.start + blank.start()
        is_after_number = sentence[blank.start() - 1].isdigit()
        if (
            position - start >= _CLAUSE_CHARS * 2 // 3
            and span.end - position >= _CLAUSE_CHARS // 3
            and not is_after_number
        ):
            pieces.append(Span(start, position))
            start = span.start + blank.end()
    pieces.append(Span(start, span.end))
    return pieces


def _best_cut(text: str, start: int, end: int, *, aim: int, last: int) -> int:
    """The best position in ``(start, last]`` to end a piece, as near to ``aim`` as it goes."""
    first = start + (aim - start) // 2
    for kind in _CUTS:
        # One character more, so that a look-ahead at the limit still sees the blank.
        found = [m.end() for m in kind.finditer(text, first, min(last + 1, end))]
        ends = [
            position
            for position in found
            if first < position <= last and not _is_inside_character(text, position)
        ]
        if kind is _SENTENCE_END:
            ends = [position for position in ends if not _joins(text, start, position)]
        if ends:
            return min(ends, key=lambda position: abs(position - aim))
    for position in range(aim, first, -1):
        if not _is_inside_character(text, position):
            return position
    position = aim + 1
    while position < end and _is_inside_character(text, position):
        position += 1
    return position


def _is_inside_character(text: str, position: int) -> bool:
    """Whether a cut here would tear what a reader sees as one character."""
    before, after = text[position - 1], text[position]
    return (
        unicodedata.category(after).startswith("M")
        or after in "\u200c\u200d"
        or before == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or ("\U0001f1e6" <= after <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff")
    )


def _trimmed(text: str, start: int, end: int) -> Span:
    """The same span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
