"""All runs of a work folder as a table for ``docs/reader.md``."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from training.train import Plan

_MEASURES = (
    "f1",
    "exact",
    "first_by_relevance",
    "first_by_margin",
    "auroc_relevance",
    "auroc_margin",
)


def table(work: Path) -> str:
    """Return a line a run: what distinguishes its plan from the usual, and the measures."""
    lines = [
        "| run | plan | " + " | ".join(name.replace("_", " ") for name in _MEASURES) + " |",
        "| --- | --- |" + " --- |" * len(_MEASURES),
    ]
    for folder in sorted((work / "runs").iterdir()):
        result = folder / "result.json"
        if result.exists():
            plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
            measured = json.loads(result.read_text(encoding="utf-8"))
            figures = " | ".join(f"{measured[name]:.3f}" for name in _MEASURES)
            lines.append(f"| {folder.name} | {_unusual(plan)} | {figures} |")
    return "\n".join(lines)


def _unusual(plan: dict[str, object]) -> str:
    if "mean_of" in plan:
        return f"mean of {plan['mean_of']}"
    return ", ".join(
        f"{field.name.replace('_', ' ')} {plan[field.name]}"
        for field in fields(Plan)
        if field.name != "name" and plan.get(field.name, field.default) != field.default
    )
