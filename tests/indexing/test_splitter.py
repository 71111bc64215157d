"""Passages: whole sentences, every one of them, in windows that overlap by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.indexing.sentences import split_sentences
from retrieval.indexing.splitter import split_passages
from retrieval.records import Article, Passage, Span


def article(text: str) -> Article:
    return Article(id="a1", title="", text=text, content_hash="")


def sentences_of(*counts: int, paragraphs: tuple[int, ...] = ()) -> tuple[Article, list[Span]]:
    """An article with one sentence per count, a paragraph ending after each index named."""
    text = ""
    spans = []
    for index, _ in enumerate(counts):
        spans.append(Span(len(text), len(text) + 9))
        text += "Sentence." + ("\n" if index in paragraphs else " ")
    return article(text), spans


def windows(
    *counts: int, paragraphs: tuple[int, ...] = (), overlap: int = 1, target: int = 100
) -> list[list[int]]:
    """The sentences in each passage, by index."""
    made, spans = sentences_of(*counts, paragraphs=paragraphs)
    passages = split_passages(made, spans, counts, target=target, overlap=overlap)
    return [[spans.index(span) for span in passage.sentences] for passage in passages]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["a.", "bc def.", "日。"]))),
    st.integers(1, 300),
    st.integers(0, 3),
    st.integers(1, 500),
)
def test_passages_hold_every_sentence_in_order_and_fit_the_model(
    rows: list[tuple[int, str]], target: int, overlap: int, max_tokens: int
) -> None:
    text, spans = "", []
    for _, words in rows:
        spans.append(Span(len(text), len(text) + len(words)))
        text += words + " "
    counts = [count for count, _ in rows]
    passages = split_passages(
        article(text), spans, counts, target=target, overlap=overlap, max_tokens=max_tokens
    )
    check(text, passages)
    covered = {
        offset for passage in passages for span in passage.sentences for offset in range(*span)
    }
    assert covered >= {offset for span in spans for offset in range(*span) if text[offset] != " "}
    if max(counts, default=0) <= max_tokens:
        tokens = dict(zip(spans, counts, strict=True))
        for passage in passages:
            assert sum(tokens[span] for span in passage.sentences) <= max_tokens


@given(st.text(alphabet="aZ .,!?\n“”。日本ไน😀"))
def test_sentences_of_any_text_become_passages(text: str) -> None:
    spans = split_sentences(text, None)
    passages = split_passages(article(text), spans, [len(text[s:e]) for s, e in spans])
    check(text, passages)
    assert [
        span for passage in passages for span in passage.sentences if span in spans
    ] or not spans


def check(text: str, passages: list[Passage]) -> None:
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert list(passage.sentences) == sorted(passage.sentences)
    ends = [passage.end for passage in passages]
    assert ends == sorted(set(ends))


def test_windows_take_sentences_up_to_the_target_and_share_one() -> None:
    assert windows(40, 40, 40, 40, 40) == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert windows(30, 30, 30, 30, 30, 30) == [[0, 1, 2], [2, 3, 4], [4, 5]]


def test_no_overlap_when_none_is_wanted() -> None:
    assert windows(50, 50, 50, 50, overlap=0) == [[0, 1], [2, 3]]


def test_an_overlap_that_would_crowd_out_what_is_new_is_left_out() -> None:
    assert windows(30, 60, 60, 60) == [[0, 1], [2], [3]]


def test_a_long_sentence_is_a_passage_of_its_own() -> None:
    assert windows(30, 250, 30) == [[0], [1], [2]]


def test_a_small_tail_joins_the_passage_before_it() -> None:
    assert windows(50, 50, 20) == [[0, 1, 2]]
    assert windows(50, 50, 40) == [[0, 1], [1, 2]]


def test_a_passage_ends_with_a_paragraph_that_ends_near_the_target() -> None:
    assert windows(35, 35, 25, 60, 60, paragraphs=(1,), overlap=0) == [[0, 1], [2, 3], [4]]


def test_a_paragraph_that_ends_far_from_the_target_does_not_end_a_passage() -> None:
    assert windows(35, 35, 25, 60, 60, paragraphs=(0,), overlap=0) == [[0, 1, 2], [3], [4]]


def test_a_sentence_that_no_model_could_read_is_cut() -> None:
    text = "word " * 400
    span = Span(0, len(text) - 1)
    passages = split_passages(article(text), [span], [2_000], max_tokens=480)
    check(text, passages)
    assert len(passages) > 4
    assert all(text[passage.start : passage.end].startswith("word") for passage in passages)


def test_an_article_without_sentences_has_no_passages() -> None:
    assert split_passages(article(""), [], []) == []


def test_counts_must_match_the_sentences() -> None:
    with pytest.raises(ValueError, match="1 sentences, but 2 token counts"):
        split_passages(article("A."), [Span(0, 2)], [1, 2])
