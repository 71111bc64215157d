"""The mean of runs."""

from __future__ import annotations

import torch

from training.average import mean_of


def test_each_run_counts_by_its_share_of_all() -> None:
    states = [{"w": torch.tensor([0.0, 4.0])}, {"w": torch.tensor([8.0, 4.0])}]
    assert mean_of(states, [3.0, 1.0])["w"].tolist() == [2.0, 4.0]
