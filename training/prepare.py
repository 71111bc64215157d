"""Makes the training material: ``python -m training prepare DATA WORK``.

What is made, all from FacQA train and IDK-MRC train:

- each FacQA question with its article, and with the best-ranked wrong passages that Kabar's own
  search finds for it among all of FacQA's articles: no near-duplicates of the right one, none
  that contains the answer's words;
- IDK-MRC's questions with windows of their paragraphs, answerable or not; a window that does not
  hold the answer of an answerable one is a wrong passage of it.

FacQA's articles are dealt to folds. Fold 0 is written to files of its own: training never sees
it, choices and calibration are made on it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from retrieval.indexing.sentences import split_sentences
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from training.data import (
    Example,
    Labelled,
    assign_folds,
    near_duplicates,
    read_facqa,
    read_idk_mrc,
    read_lines,
    window,
    words,
    write_examples,
)

SEED = 20_220_103
FOLDS = 5
NEGATIVES = 3
SEARCH_DEPTH = 25
WINDOW_TOKENS = 110
IDK_QUESTIONS = 3_000


def prepare(data: Path, work: Path) -> None:
    """Write ``train.jsonl``, ``held-back.jsonl`` and ``folds.json`` into the work folder."""
    work.mkdir(parents=True, exist_ok=True)
    articles = {r["id"]: r["text"] for r in read_lines(data / "facqa" / "articles.jsonl")}
    clusters = near_duplicates(articles)
    folds = assign_folds(clusters, FOLDS, SEED)
    (work / "folds.json").write_text(json.dumps(folds, indent=0), encoding="utf-8")
    draw = random.Random(SEED)
    with _library(data, work) as kabar:
        questions = read_facqa(data / "facqa", "train")
        negatives = mine(kabar, questions, clusters)
        train: list[Example] = []
        held_back: list[Example] = []
        for question, wrong in zip(questions, negatives, strict=True):
            # A wrong passage of the other side would show it what it must not know.
            inside = folds[question.article] == 0
            target = held_back if inside else train
            target.append(_right(question))
            target += [
                Example(question.question, text, -1, -1, question.id)
                for name, text in wrong
                if inside or folds[name] != 0
            ]
        idk = read_idk_mrc(data / "idk-mrc", "train")
        train += idk_examples(kabar, idk, IDK_QUESTIONS, draw)
    write_examples(work / "train.jsonl", train)
    write_examples(work / "held-back.jsonl", held_back)
    print(len(train), "examples to train on,", len(held_back), "held back")


def _library(data: Path, work: Path) -> Kabar:
    settings = RetrievalSettings.from_env(
        KABAR_DATA_DIR=work / "library", KABAR_MODEL_DIR=work / "models"
    )
    kabar = open_kabar(settings)
    kabar.ingest([data / "facqa" / "articles.jsonl"])
    kabar.index_pending()
    return kabar


def _right(question: Labelled) -> Example:
    return Example(question.question, question.text, question.start, question.end, question.id)


def mine(
    kabar: Kabar, questions: Sequence[Labelled], clusters: dict[str, str]
) -> list[list[tuple[str, str]]]:
    """Find each question's best-ranked wrong passages.

    Args:
        kabar: The library of all articles.
        questions: The questions.
        clusters: Articles to their cluster of near-duplicates.

    Returns:
        For each question the wrong articles and their passages, best first.
    """
    found = []
    for start in range(0, len(questions), 64):
        batch = questions[start : start + 64]
        results = kabar.searcher.find([question.question for question in batch], SEARCH_DEPTH)
        for question, result in zip(batch, results, strict=True):
            answer = " ".join(words(question.answer))
            wrong = [
                (hit.article.id, hit.text)
                for hit in result.hits
                if clusters[hit.article.id] != clusters[question.article]
                and answer not in " ".join(words(hit.article.text))
            ]
            found.append(wrong[:NEGATIVES])
    return found


def idk_examples(
    kabar: Kabar, questions: Sequence[Labelled], count: int, draw: random.Random
) -> list[Example]:
    """Make examples of so many IDK-MRC questions, with windows of their paragraphs."""
    chosen = list(questions)
    draw.shuffle(chosen)
    examples: list[Example] = []
    for question in chosen[:count]:
        spans = [(s.start, s.end) for s in split_sentences(question.text, "id")]
        if not spans:
            continue
        counts = kabar.embedder.count_tokens([question.text[a:b] for a, b in spans])
        cut = partial(window, question.text, spans, counts, budget=WINDOW_TOKENS, draw=draw)
        if question.start < 0:
            around = _closest(question, spans)
            start, end = cut(around)
            examples.append(
                Example(question.question, question.text[start:end], -1, -1, question.id)
            )
            continue
        holding = next((i for i, (_, b) in enumerate(spans) if question.start < b), None)
        if holding is None:
            continue
        start, end = cut(holding)
        if counts[holding] > 2 * WINDOW_TOKENS or question.end > end or question.start < start:
            continue  # an answer over two sentences
        examples.append(
            Example(
                question.question, question.text[start:end],
                question.start - start, question.end - start, question.id,
            )
        )  # fmt: skip
        beyond = [i for i, (a, b) in enumerate(spans) if b <= start or a >= end]
        if beyond:
            other = draw.choice(beyond)
            a, b = cut(other)
            passage = question.text[a:b]
            if question.answer.casefold() not in passage.casefold():
                examples.append(Example(question.question, passage, -1, -1, question.id))
    return examples


def _closest(question: Labelled, spans: Sequence[tuple[int, int]]) -> int:
    """The sentence with most of the question's words: what an unanswerable one is a trick about."""
    asked = set(words(question.question))
    return max(
        range(len(spans)),
        key=lambda i: len(asked & set(words(question.text[spans[i][0] : spans[i][1]]))),
    )
