"""Which language a text is in: articles that do not say so, and questions.

``py3langid`` (BSD, a model of 4 MB inside the package, no network) was chosen by measuring on
FacQA (Indonesian), XQuAD (English, Spanish, Chinese) and IDK-MRC, first 400 lines of each:

    ==========================  ==========  ======================  =======================
    share right                 py3langid   lingua, low accuracy    lingua, high accuracy
    ==========================  ==========  ======================  =======================
    articles id / en / es / zh  .99 1 1 1   .88 1 1 1               .89 1 1 1
    questions en / es / zh      .99 1 1     .95 .95 .98             .99 .98 .98
    questions id (two sets)     .95 .87     .69 .49                 .82 .69
    ms an article               0.4 to 0.8  1 to 2.5                1 to 2.7
    memory, MiB                 76          49 (package 96 MB)      578, 9 s to load
    ==========================  ==========  ======================  =======================

py3langid's figures are with the two rules below, and an unsure answer counts as wrong; without
the rules articles are .97 (id) and .96 (zh), questions .87 .79 (id) and .90 (zh).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_CONFIDENCE = 0.2
"""Below this the language is unsure: of such guesses on the texts above a quarter was wrong,
against 2 % of the others."""

_SAMPLE_CHARS = 1_000  # more changes hardly an answer, and the time grows with it

# Varieties that are written as their neighbour is, under the code that people know.
_FOLDED = {"wuu": "zh", "yue": "zh", "nn": "no", "ary": "ar", "arz": "ar", "uzs": "uz"}

# A language that is easily taken for a neighbour with many times its news must be this much
# more likely. Malay and Indonesian differ by a few words in a hundred.
_NEIGHBOURS = {"ms": "id", "jv": "id", "az": "tr", "af": "nl", "gl": "pt", "uk": "ru", "be": "ru"}
_NEIGHBOUR_RATIO = 1.5


_MIN_CHARS_AGAINST = 200
"""From this length on the detection above is right in 99 %, and pages are less often."""

# Of these pairs neither is told from the other for certain, so what is stated is believed.
_KIN = {
    frozenset(pair.split())
    for pair in (
        "id ms", "id jv", "id su", "no da", "no nb", "no nn", "sv no", "hr sr", "hr bs", "bs sr",
        "cs sk", "gl pt", "gl es", "ca es", "af nl", "uk ru", "be ru", "be uk", "bg mk", "az tr",
        "hi mr", "hi ne", "ur pa", "ar fa", "fa tg", "xh zu",
    )
}  # fmt: skip


def believed_language(stated: str | None, text: str) -> str | None:
    """A language that a page or a feed states, unless its text is plainly in another.

    Many sites leave what their publishing system came with: Indonesian under ``lang="en-US"``.

    Args:
        stated: ISO 639-1.
        text: What the page says.

    Returns:
        ISO 639-1, lower case; None where nothing is stated.
    """
    if stated is None or len(text) < _MIN_CHARS_AGAINST:
        return stated
    detected = detect_language(text)
    if detected is None or frozenset((stated, detected)) in _KIN:
        return stated
    return detected


def detect_language(text: str) -> str | None:
    """Tell the language of a text.

    Args:
        text: A question or an article; only its beginning is looked at.

    Returns:
        ISO 639-1, lower case; None where it is unsure, as for names, numbers and emoji.
    """
    sample = text[:_SAMPLE_CHARS]
    if sum(map(str.isalpha, sample)) < 2:
        return None
    ranking: dict[str, float] = {}
    for label, share in _identifier().rank(sample):
        code = _FOLDED.get(label, label)
        ranking[code] = ranking.get(code, 0.0) + share
    best = max(ranking, key=lambda code: ranking[code])
    neighbour = _NEIGHBOURS.get(best)
    if neighbour and ranking[best] < _NEIGHBOUR_RATIO * ranking[neighbour]:
        best = neighbour
    return best if ranking[best] >= MIN_CONFIDENCE else None


@cache
def _identifier() -> LanguageIdentifier:
    # A second and 76 MiB, which a command that detects nothing should not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    two_letters = [label for label in identifier.labels if len(label) == 2]
    identifier.set_languages([*two_letters, *(code for code in _FOLDED if len(code) == 3)])
    return identifier
