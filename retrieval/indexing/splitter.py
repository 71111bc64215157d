"""Cut an article into passages: windows of whole sentences that overlap by one.

Always true: every sentence is in at least one passage; a passage starts where its first
sentence starts and ends where its last one ends; passages are in order and numbered from 0.

How: a window takes sentences until the next would pass the target. It ends earlier, at the
end of a paragraph, where that is near enough, since a paragraph is what the writer thought of
as one thing. What would be left over as a scrap joins the last window. The next window begins
with the last sentence of this one, so that what two neighbouring sentences say together is
found, unless that sentence alone would fill half of it.

Pure: the caller counts the tokens, with the tokenizer of the model that will read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from retrieval.indexing.sentences import cut_span
from retrieval.records import Article, Passage, Span

TARGET_TOKENS = 160
"""About how long a passage is."""

OVERLAP_SENTENCES = 1
"""How many sentences at the end of a passage begin the next one too."""

MAX_TOKENS = 480
"""What a model of 512 positions can read, less the prompt and the marks around."""

MAX_OVERLAP_SHARE = 0.5
"""An overlap of more than this share of the target is left out: it would crowd out the rest."""

MIN_TAIL_SHARE = 0.25
"""A tail of less than this share of the target joins the passage before it."""

PARAGRAPH_SHARE = 0.65
"""A passage that has reached this share of the target ends at the end of a paragraph."""


def split_passages(
    article: Article,
    sentences: Sequence[Span],
    token_counts: Sequence[int],
    *,
    target: int = TARGET_TOKENS,
    overlap: int = OVERLAP_SENTENCES,
    max_tokens: int = MAX_TOKENS,
) -> list[Passage]:
    """Cut an article into passages of whole sentences.

    A sentence of more than ``max_tokens`` (hardly ever met, `split_sentences` cuts before) is
    cut further, by characters in proportion to its tokens, and its pieces count as sentences.

    Args:
        article: The article; its text is what the spans are offsets into.
        sentences: Its sentences as `split_sentences` gives them: ordered and disjoint.
        token_counts: Tokens of each sentence, without the marks around it; as many.
        target: Tokens that a passage should have. It has more only where a single sentence
            has, or where a scrap at the end joined it.
        overlap: Sentences that a passage shares with the one before; 0 for none.
        max_tokens: Tokens that no passage may have more of.

    Returns:
        The passages in order; none for an article without sentences.

    Raises:
        ValueError: If there are not as many counts as sentences.
    """
    if len(sentences) != len(token_counts):
        raise ValueError(f"{len(sentences)} sentences, but {len(token_counts)} token counts")
    target = min(target, max_tokens)
    rows = _within_window(article.text, sentences, token_counts, max_tokens)
    passages: list[Passage] = []
    first = fresh = 0  # where the window begins, and the first sentence no other has had
    while fresh < len(rows):
        end = _window_end(rows, first, fresh, target, max_tokens)
        spans = tuple(row.span for row in rows[first:end])
        passages.append(
            Passage(article.id, len(passages), spans[0].start, spans[-1].end, sentences=spans)
        )
        first, fresh = _next_start(rows, first, end, target, overlap), end
    return passages


class _Sentence(NamedTuple):
    span: Span
    tokens: int
    ends_paragraph: bool


def _window_end(
    rows: Sequence[_Sentence], first: int, fresh: int, target: int, max_tokens: int
) -> int:
    """Where the window that begins with sentence ``first`` ends, exclusive."""
    total = 0
    end = first
    paragraph_end = None
    while end < len(rows) and (end <= fresh or total + rows[end].tokens <= target):
        total += rows[end].tokens
        end += 1
        if end > fresh and rows[end - 1].ends_paragraph and total >= target * PARAGRAPH_SHARE:
            paragraph_end = end
    rest = sum(row.tokens for row in rows[end:])
    if rest < target * MIN_TAIL_SHARE and total + rest <= max_tokens:
        return len(rows)
    return paragraph_end or end


def _next_start(rows: Sequence[_Sentence], first: int, end: int, target: int, overlap: int) -> int:
    """The first sentence of the next window: ``overlap`` sentences back, where they are short.

    What is shared must leave room for what is new, or it would make windows longer than the
    target and all but equal.
    """
    for start in range(max(end - overlap, first + 1), end):
        shared = sum(row.tokens for row in rows[start:end])
        new = rows[end].tokens if end < len(rows) else 0
        if shared <= target * MAX_OVERLAP_SHARE and shared + new <= target:
            return start
    return end


def _within_window(
    text: str, sentences: Sequence[Span], token_counts: Sequence[int], max_tokens: int
) -> list[_Sentence]:
    """The sentences, those that no window could hold cut into pieces that one can."""
    counted: list[tuple[Span, int]] = []
    for sentence, count in zip(sentences, token_counts, strict=True):
        if count <= max_tokens:
            counted.append((sentence, count))
            continue
        length = sentence.end - sentence.start
        # Half of what the proportion allows: tokens are not spread evenly over characters.
        pieces = cut_span(text, sentence, max(2, length * max_tokens // (2 * count)))
        counted += [(piece, -(-count * (piece.end - piece.start) // length)) for piece in pieces]
    nexts = [span.start for span, _ in counted[1:]] + [len(text)]
    return [
        _Sentence(span, count, ends_paragraph="\n" in text[span.end : following])
        for (span, count), following in zip(counted, nexts, strict=False)
    ]
