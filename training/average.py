"""Averages the weights of several runs: ``python -m training average WORK NAME RUN=SHARE …``.

Runs that began alike and went different ways have minima in one basin, and the mean of their
weights reads better than any of them, at the price of one (model soups, Wortsman et al. 2022).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from training.data import read_examples
from training.measure import measure
from training.network import Network
from training.train import LAYERS, Plan, thinned
from training.trunk import Rows, Trunk


def average(
    work: Path,
    model: Path,
    name: str,
    shares: Mapping[str, float],
    threads: int,
) -> dict[str, float]:
    """Write a run that is the mean of others, measured on the held-back fold.

    Args:
        work: The folder with the runs.
        model: The unpacked bundled model's folder.
        name: Of the new run.
        shares: The runs whose last checkpoints are averaged, and how much each counts.
        threads: Of one pass.
    """
    torch.set_num_threads(threads)
    states = [
        torch.load(work / "runs" / run / "checkpoint.pt", weights_only=False)["network"]
        for run in shares
    ]
    network = Network(Plan(name, 0).first_layer, LAYERS, dropout=0.0)
    network.load_state_dict(mean_of(states, list(shares.values())))
    held_back = Rows(thinned(read_examples(work / "held-back.jsonl")), model)
    result = measure(
        network, Trunk(held_back, model, work / "held-back.states", threads), held_back
    )
    folder = work / "runs" / name
    folder.mkdir(parents=True, exist_ok=True)
    plan = {"name": name, "mean_of": dict(shares)}
    (folder / "plan.json").write_text(json.dumps(plan, indent=1))
    (folder / "result.json").write_text(json.dumps(result, indent=1))
    save_file(network.shipped(), str(folder / "reader.safetensors"))
    return result


def mean_of(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """Return the weighted mean of networks' states."""
    parts = [share / sum(shares) for share in shares]
    return {
        name: torch.stack(
            [part * state[name] for state, part in zip(states, parts, strict=True)]
        ).sum(0)
        for name in states[0]
    }
