"""Fits the rule for stories to the development part of the labelled articles.

    python -m tests.benchmarks.fit_stories

Every two articles of the development part that were published within six days of each other are
a pair; its signals are measured by the product's own code, in one library of that part alone. A
logistic regression over them gives the coefficients. The threshold was chosen on the
same part, by F1 over orders of arrival, where precision and recall are alike on a plateau. The
result is written to ``retrieval/stories/rule.json``.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.stories.rule import SIGNALS, measure_signals
from tests.stories.labelled import DATA, Labelled, read_labelled

if TYPE_CHECKING:
    from retrieval.stories.window import Window
    from tests.benchmarks.stories import Stories

CHOSEN = {"threshold": -0.4, "window_days": 4.0}
_PAIR_DAYS = 6.0


def measure_pairs(window: Window, labelled: Labelled) -> tuple[Any, Any]:
    """Return the signals of all pairs, shape (pairs, 4), and whether each is of one story."""
    rows = np.arange(len(window))
    signals, labels = [], []
    for row in rows[:-1]:
        others = rows[row + 1 :]
        others = others[np.abs(window.days[others] - window.days[row]) <= _PAIR_DAYS]
        measured = measure_signals(
            window.likeness(rows[row : row + 1], others)[0],
            window.shared_names(int(row), others),
            np.abs(window.days[others] - window.days[row]).astype(np.float32),
            window.same_language(int(row), others),
        )
        signals.append(np.stack([measured[name] for name in SIGNALS], axis=1))
        label = labelled.stories[window.ids[row]]
        labels += [labelled.stories[window.ids[other]] == label for other in others]
    return np.concatenate(signals).astype(np.float64), np.array(labels)


def fit(signals: Any, labels: Any) -> dict[str, Any]:
    """Fit the regression; return its intercept and coefficients."""
    from sklearn.linear_model import LogisticRegression

    spread = signals.std(axis=0)
    fitted = LogisticRegression(C=1.0, max_iter=2_000).fit(signals / spread, labels)
    factors = fitted.coef_[0] / spread
    return {
        "intercept": round(float(fitted.intercept_[0]), 4),
        "coefficients": {
            name: round(float(factor), 4) for name, factor in zip(SIGNALS, factors, strict=True)
        },
    }


def main(stories: Stories, made_on: str) -> None:
    """Fit and write."""
    labelled = read_labelled("development")
    signals, labels = measure_pairs(stories.window(labelled), labelled)
    content = {
        "made_by": "python -m tests.benchmarks.fit_stories",
        "made_on": made_on,
        "data": {
            "development": "tests/stories/data/development.jsonl",
            "fingerprint": hashlib.sha256((DATA / "development.jsonl").read_bytes()).hexdigest()[
                :16
            ],
            "pairs": len(labels),
            "of one story": int(labels.sum()),
        },
        **fit(signals, labels),
        **CHOSEN,
    }
    target = Path(__file__).parents[2] / "retrieval" / "stories" / "rule.json"
    target.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    from datetime import UTC, datetime

    from tests.benchmarks.stories import Stories

    with tempfile.TemporaryDirectory() as work:
        main(
            Stories(Path(work), Path(__file__).parents[2] / "data" / "models"),
            datetime.now(UTC).date().isoformat(),
        )
    sys.exit(0)
