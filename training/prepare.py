"""Makes the training material: ``python -m training prepare DATA WORK``.

What is made, from FacQA train, IDK-MRC train and what was written for it (`training.written`):

- each FacQA question, and its translations where there are some, with its article, and with the
  best-ranked wrong passages that Kabar's own search finds for it among all of FacQA's articles: no
  near-duplicates of the right one, none that contains the answer's words;
- the written questions in the same way, among all written passages of all languages, and with
  windows of whole sentences of them, as the product reads;
- IDK-MRC's questions with such windows of their paragraphs, answerable or not; a window that does
  not hold the answer of an answerable one is a wrong passage of it.

FacQA's articles are dealt to folds. Fold 0, and a part of the written passages, are written to a
file of their own: training never sees them, choices and calibration are made on them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

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
    translations,
    words,
    write_examples,
)
from training.excerpts import Excerpts
from training.written import read_written

SEED = 20_220_103
FOLDS = 5
NEGATIVES = 3
SEARCH_DEPTH = 25


def prepare(data: Path, work: Path) -> None:
    """Write ``train.jsonl``, ``held-back.jsonl`` and ``folds.json`` into the work folder."""
    work.mkdir(parents=True, exist_ok=True)
    articles = {r["id"]: r["text"] for r in read_lines(data / "facqa" / "articles.jsonl")}
    clusters = near_duplicates(articles)
    folds = assign_folds(clusters, FOLDS, SEED)
    (work / "folds.json").write_text(json.dumps(folds, indent=0), encoding="utf-8")
    draw = random.Random(SEED)
    train: list[Example] = []
    held_back: list[Example] = []
    with open_library(
        work / "library", work / "models", data / "facqa" / "articles.jsonl"
    ) as kabar:
        questions = read_facqa(data / "facqa", "train")
        wrong = mine(kabar, questions, clusters, texts=articles)
        for question in [*questions, *translations(questions)]:
            inside = folds[question.article] == 0
            (held_back if inside else train).extend(
                _group(
                    question,
                    # A wrong passage of the other side would show it what it must not know.
                    [text for name, text in wrong[question.source] if inside or folds[name] != 0],
                )
            )
        idk = read_idk_mrc(data / "idk-mrc", "train")
        draw.shuffle(idk)
        idk_rows = idk_examples(kabar, idk, draw)
    train_written, held_back_written = _written(work, draw)
    train += train_written + idk_rows
    held_back += held_back_written
    write_examples(work / "train.jsonl", train)
    write_examples(work / "held-back.jsonl", held_back)
    print(len(train), "examples to train on,", len(held_back), "held back")


def open_library(folder: Path, models: Path, articles: Path) -> Kabar:
    """Open a library of a file of articles, indexed."""
    settings = RetrievalSettings.from_env(
        KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=models, KABAR_READER="off"
    )
    kabar = open_kabar(settings)
    kabar.ingest([articles])
    kabar.index_pending()
    return kabar


def _written(work: Path, draw: random.Random) -> tuple[list[Example], list[Example]]:
    """Make examples of what was written, to train on and held back."""
    passages, questions = read_written()
    texts = {passage.id: passage.text for passage in passages}
    held = {passage.id for passage in passages if passage.held_back}
    articles = work / "written.jsonl"
    with articles.open("w", encoding="utf-8") as file:
        for passage in passages:
            record = {"id": passage.id, "text": passage.text, "language": passage.language}
            record |= {"source": "written", "title": ""}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    train: list[Example] = []
    held_back: list[Example] = []
    with open_library(work / "library-written", work / "models", articles) as kabar:
        wrong = mine(kabar, questions, {name: name for name in texts}, texts=texts)
        excerpts = Excerpts(kabar, {p.text: p.language for p in passages}, draw)
        for question in questions:
            right = excerpts.right(question)
            if right is None:
                continue
            inside = question.article in held
            competing = alternating(wrong[question.source], wrong[question.id])[:NEGATIVES]
            others = [text for name, text in competing if inside or name not in held]
            (held_back if inside else train).extend(
                [right, *(excerpts.about(question, text) for text in others)]
                if right.start >= 0
                else [right]
            )
    return train, held_back


def _group(question: Labelled, wrong: Sequence[str]) -> list[Example]:
    """The question with its text; where that answers, with wrong ones too."""
    right = Example(question.question, question.text, question.start, question.end, question.id)
    if question.start < 0:
        return [right]
    return [right, *(Example(question.question, text, -1, -1, question.id) for text in wrong)]


def alternating(
    first: Sequence[tuple[str, str]], second: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the items of two sequences in turn, each once.

    Of wrong passages: those found for a question as it was first asked, which are mostly in its
    passage's language, and those found for its translation, mostly in the translation's. With the
    latter alone a passage in another language than the question would be right more often than not.
    """
    pairs = zip_longest(first, second)
    return list(dict.fromkeys(item for pair in pairs for item in pair if item))


def mine(
    kabar: Kabar,
    questions: Sequence[Labelled],
    clusters: Mapping[str, str],
    *,
    texts: Mapping[str, str],
) -> dict[str, list[tuple[str, str]]]:
    """Find each question's best-ranked wrong passages.

    Args:
        kabar: The library of all articles.
        questions: The questions.
        clusters: Articles to their cluster of near-duplicates.
        texts: Articles to their texts.

    Returns:
        Of each question's id the wrong articles and their texts, best first.
    """
    found = {}
    for start in range(0, len(questions), 64):
        batch = questions[start : start + 64]
        results = kabar.searcher.find([question.question for question in batch], SEARCH_DEPTH)
        for question, result in zip(batch, results, strict=True):
            answer = " ".join(words(question.answer))
            wrong = [
                (name, texts[name])
                for name in dict.fromkeys(hit.article.id for hit in result.hits)
                if clusters[name] != clusters[question.article]
                and answer not in " ".join(words(texts[name]))
            ]
            found[question.id] = wrong[:NEGATIVES]
    return found


def idk_examples(kabar: Kabar, questions: Sequence[Labelled], draw: random.Random) -> list[Example]:
    """Make examples of IDK-MRC's questions, with windows of their paragraphs."""
    excerpts = Excerpts(kabar, {}, draw)
    examples: list[Example] = []
    for question in questions:
        right = excerpts.right(question)
        if right is None:
            continue
        beside = excerpts.beside(question, right) if right.start >= 0 else None
        examples += [right, beside] if beside else [right]
    return examples
