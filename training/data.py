"""Labelled questions as training material: examples, folds, windows.

Always true: an example's answer is a slice of its passage; no article is in two folds, and
near-duplicates of an article (FacQA has many paragraphs twice) are in its fold.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

FACQA_PREFIX = "train-"
"""How the names of FacQA's training questions begin."""

TRANSLATED_PREFIX = "translated-"
"""How the names of questions begin that were asked in another language first."""

SHINGLE_WORDS = 4
DUPLICATE_SHARE = 0.3
"""Two texts that share so much of the shorter one's shingles tell the same."""


@dataclass(frozen=True)
class Example:
    """A question with a passage.

    Args:
        question: What is asked.
        passage: What is read.
        start: Where the answer starts in the passage, in characters; -1 for none.
        end: Where it ends; -1 for none.
        group: Examples of one group are of one question and compete; the first is right.
    """

    question: str
    passage: str
    start: int
    end: int
    group: str


@dataclass(frozen=True)
class Labelled:
    """A question with the text that answers it.

    Args:
        id: The question's name.
        question: What is asked.
        article: The article's name, or the paragraph's.
        text: The article.
        start: Where the answer starts in the text; -1 where there is none.
        end: Where it ends.
        translated: The question's name that this one is a translation of.
    """

    id: str
    question: str
    article: str
    text: str
    start: int
    end: int
    translated: str = ""

    @property
    def source(self) -> str:
        """The name of the question as it was first asked."""
        return self.translated or self.id

    @property
    def answer(self) -> str:
        """The answer's words."""
        return self.text[self.start : self.end] if self.start >= 0 else ""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def read_facqa(folder: Path, part: str) -> list[Labelled]:
    """Read FacQA's questions; an answer that stands more than once is placed by `locate`."""
    texts = {record["id"]: record["text"] for record in read_lines(folder / "articles.jsonl")}
    found = []
    for record in read_lines(folder / f"questions-{part}.jsonl"):
        text, answer = texts[record["article_id"]], record["answers"][0]
        start = locate(answer, text, record["question"])
        found.append(
            Labelled(
                record["id"], record["question"], record["article_id"], text,
                start, start + len(answer) if start >= 0 else -1,
            )
        )  # fmt: skip
    return found


def translations(questions: Sequence[Labelled]) -> list[Labelled]:
    """Return the questions that the product carries in other languages, with the same answers."""
    by_id = {question.id: question for question in questions}
    path = files("retrieval.evaluation").joinpath("data", "questions-translated.jsonl")
    found = []
    for record in read_lines(Path(str(path))):
        source = by_id[record["id"].rsplit("-", 1)[0]]
        found.append(
            replace(
                source,
                id=TRANSLATED_PREFIX + record["id"],
                question=record["question"],
                translated=source.id,
            )
        )
    return found


def read_idk_mrc(folder: Path, part: str) -> list[Labelled]:
    """Read IDK-MRC's questions; those whose offsets do not hold their answer are left out."""
    found = []
    for record in read_lines(folder / f"{part}.jsonl"):
        text = record["context"]
        start = end = -1
        if record["answers"]:
            answer = record["answers"][0]
            start, end = answer["start"], answer["start"] + len(answer["text"])
            if text[start:end] != answer["text"] or not answer["text"].strip():
                continue
        name = f"idk-{hash_text(text)}"
        found.append(Labelled(record["id"], record["question"].strip(), name, text, start, end))
    return found


def hash_text(text: str) -> str:
    """Return a short name for a text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:12]


def locate(answer: str, text: str, question: str) -> int:
    """Return where an answer stands: of several places the one amid the question's words."""
    asked = set(words(question))
    best, best_score = -1, -1.0
    for match in re.finditer(re.escape(answer), text):
        near = set(words(text[max(0, match.start() - 80) : match.end() + 80]))
        # "5" in "1954" is no answer.
        whole = not (
            text[match.start() - 1 : match.start()].isalnum()
            or text[match.end() : match.end() + 1].isalnum()
        )
        score = len(near & asked) + 100.0 * whole
        if score > best_score:
            best, best_score = match.start(), score
    return best


def words(text: str) -> list[str]:
    """Return a text's words in lower case."""
    return re.findall(r"\w+", text.casefold())


def _shingles(text: str) -> set[str]:
    tokens = words(text)
    if len(tokens) < SHINGLE_WORDS:
        return {" ".join(tokens)}
    return {" ".join(tokens[i : i + SHINGLE_WORDS]) for i in range(len(tokens) - SHINGLE_WORDS + 1)}


def near_duplicates(texts: dict[str, str]) -> dict[str, str]:
    """Return for each text the name of its cluster: what shares many shingles is in one.

    Args:
        texts: Names to texts.

    Returns:
        Names to the first name of their cluster.
    """
    shingles = {name: _shingles(text) for name, text in texts.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for name, parts in shingles.items():
        for part in parts:
            holders[part].append(name)
    parent = {name: name for name in texts}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for name, parts in shingles.items():
        shared: dict[str, int] = defaultdict(int)
        for part in parts:
            for other in holders[part]:
                if other < name:
                    shared[other] += 1
        for other, count in shared.items():
            if count >= DUPLICATE_SHARE * min(len(parts), len(shingles[other])):
                first, second = sorted((root(name), root(other)))
                parent[second] = first
    return {name: root(name) for name in texts}


def assign_folds(clusters: dict[str, str], folds: int, seed: int) -> dict[str, int]:
    """Deal clusters to folds, whole.

    Returns:
        Names to folds.
    """
    roots = sorted(set(clusters.values()))
    random.Random(seed).shuffle(roots)
    fold = {root: number % folds for number, root in enumerate(roots)}
    return {name: fold[root] for name, root in clusters.items()}


def window(
    text: str,
    sentences: Sequence[tuple[int, int]],
    token_counts: Sequence[int],
    around: int,
    *,
    budget: int,
    draw: random.Random,
) -> tuple[int, int]:
    """Choose a window of whole sentences that holds one of them.

    Args:
        text: The text that the sentences are offsets into.
        sentences: Its sentences, in order.
        token_counts: Their tokens.
        around: The sentence that the window holds.
        budget: Tokens that the window may have, but for that sentence's own.
        draw: Decides on which side the window grows.

    Returns:
        The window's start and end in characters.
    """
    first = last = around
    total = token_counts[around]
    while True:
        sides = []
        if first > 0 and total + token_counts[first - 1] <= budget:
            sides.append(-1)
        if last + 1 < len(sentences) and total + token_counts[last + 1] <= budget:
            sides.append(1)
        if not sides:
            return sentences[first][0], sentences[last][1]
        if draw.choice(sides) < 0:
            first -= 1
            total += token_counts[first]
        else:
            last += 1
            total += token_counts[last]


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write examples as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(example.__dict__, ensure_ascii=False) + "\n")


def read_examples(path: Path) -> list[Example]:
    """Read what `write_examples` wrote."""
    return [Example(**record) for record in read_lines(path)]
