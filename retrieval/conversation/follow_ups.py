"""Follow-ups: questions that are understood with what was said before.

"and Libya?" puts another name in the place of the last question's, "when was that?" asks
something else of it, "what did he say about Turkey?" means somebody whom it names. Nothing is
generated: what is searched for is made of the words of both questions, and is shown.

Always true: a question that names what it is about stands on its own and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.conversation.pointing import Pointing, pointing
from retrieval.records import Turn

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORT = 6
"""Words that "and …?" has at most; a longer one says all that it needs."""

_BARE = 2
"""Words of a question that says little: "kenapa naik?"."""

_POINTS = 12
"""Words of a question up to which a pronoun without a name before it means somebody of before."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        return self.text.casefold()


def searched_for(question: str, turns: Sequence[Turn]) -> str | None:
    """Return what a follow-up asks for, or None where the question stands on its own.

    Args:
        question: As it was written.
        turns: What was said before, newest first.
    """
    if not turns:
        return None
    last = turns[0]
    tokens = _tokens(question)
    for words in pointing():
        rest = _after_lead(question, tokens, words)
        if rest is not None:
            return _replaced(last.searched, rest, words)
        if _is_bare(tokens, words):
            return _beside(question, last)
        pronouns = _pronouns(tokens, words)
        if pronouns:
            return _filled(question, pronouns, last, words)
        if _goes_on(question, tokens, words):
            return _beside(question, last)
    return None


def _tokens(text: str) -> list[_Token]:
    return [_Token(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def _after_lead(question: str, tokens: Sequence[_Token], words: Pointing) -> str | None:
    """Return what stands behind "and" or "what about" in a question that is little more."""
    match = words.lead.match(question)
    if match is None:
        return None
    rest = question[match.end() :].strip(" ?!.,")
    behind = _tokens(rest)
    if not behind or len(behind) > _SHORT:
        return None
    # "and who won the cup?" is a question of its own.
    return None if behind[0].folded in words.asking and len(behind) > 2 else rest


def _is_bare(tokens: Sequence[_Token], words: Pointing) -> bool:
    """Tell whether a question says little of what it is about: "when was that?", "why so dear?"."""
    asks = any(token.folded in words.asking for token in tokens)
    little = len(tokens) <= _BARE and not any(token.text[0].isupper() for token in tokens[1:])
    said = [token for token in tokens if token.folded not in words.asking | words.empty]
    return asks and (not said or little)


def _pronouns(tokens: Sequence[_Token], words: Pointing) -> list[_Token]:
    """Return the pronouns of a question that mean somebody of before: no name precedes them."""
    found: list[_Token] = []
    if len(tokens) > _POINTS:
        return found
    named = any(token.text[0].isupper() for token in tokens[1:])
    for number, token in enumerate(tokens):
        if number and token.text[0].isupper() and token.folded not in words.asking:
            break
        # "berapa biayanya?"; in a longer question the suffix mostly means what stands in it.
        points = len(tokens) <= _SHORT and not named and words.suffix.search(token.folded)
        if points or token.folded in words.persons | words.things:
            found.append(token)
    return found


def _goes_on(question: str, tokens: Sequence[_Token], words: Pointing) -> bool:
    """Tell whether a short question without a name goes on from what was said."""
    if len(tokens) > _SHORT or any(token.text[0].isupper() for token in tokens[1:]):
        return False
    opens = words.opening.match(question) is not None and len(tokens) > 1
    return opens or any(token.folded in words.hints for token in tokens)


def _replaced(before: str, rest: str, words: Pointing) -> str:
    """Return the last question with ``rest`` in the place of what it names.

    Names are replaced by names, and what stands behind a preposition by what does so, too.
    """
    before = before.strip().rstrip("?!. ")
    bare = words.preposition.sub("", rest)
    tail = list(words.tail.finditer(before))
    if tail and (bare != rest or bare[0].isupper()):
        return f"{before[: tail[-1].start('what')]}{bare}"
    names = _names(before, words)
    if names and bare[0].isupper():
        start, end = names[-1]
        return f"{before[:start]}{bare}{before[end:]}"
    return f"{rest} – {before}"


def _filled(question: str, pronouns: Sequence[_Token], last: Turn, words: Pointing) -> str:
    """Return a question with the name that its pronoun means, or beside the last question.

    A name stands for a pronoun only where the last question tells of somebody; of "who leads the
    union in Vastland?" the one who is meant is not named.
    """
    first = pronouns[0]
    names = _names(last.searched, words)
    if first.folded in words.persons and names and not words.unnamed.match(last.searched):
        start, end = names[0]
        if not words.before_name.search(last.searched[:start]):
            name = last.searched[start:end]
            return f"{question[: first.start]}{name}{question[first.end :]}"
    return _beside(question, last)


def _beside(question: str, last: Turn) -> str:
    return f"{question.strip().rstrip('?')} – {last.searched}"


def _names(text: str, words: Pointing) -> list[tuple[int, int]]:
    """Return where names stand: words that begin with a capital, together; not the first word."""
    spans: list[tuple[int, int]] = []
    tokens = _tokens(text)
    for number, token in enumerate(tokens):
        is_name = token.text[0].isupper() and token.folded not in words.asking
        if not is_name or (number == 0 and token.folded in words.empty):
            continue
        beside = spans and number and tokens[number - 1].end == spans[-1][1]
        if beside and text[spans[-1][1] : token.start] == " ":
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans
