"""Trains: ``python -m training train WORK RUN``, resumable at any moment.

One batch is some questions' groups, about 16 rows of like length. The loss is the sum of

- the span's: cross entropy of the first and the last token, at the row's first token where the
  passage holds no answer;
- the rank's: cross entropy of the relevance over a question's right and wrong passages;
- the answer's: binary cross entropy of the relevance of every row.

The rate warms up, stays, and goes down to nothing over the last part of the steps (warm-up,
stable, decay: Hu et al. 2024), so a run can be prolonged from the checkpoint before the decay.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from retrieval.indexing.onnx_graph import SHARED_LAYERS
from training.data import FACQA_PREFIX, TRANSLATED_PREFIX, Example, read_examples
from training.measure import measure
from training.network import Network
from training.trunk import Rows, Trunk

LAYERS = 12
OTHER_PREFIXES = {
    "indonesian-": "other_questions",
    TRANSLATED_PREFIX: "translated_questions",
    "written-": "written_questions",
}
"""How the names of questions begin of which each pass draws some, and the plan's number of them.

The first are IDK-MRC's.
"""

_MEASURED_EVERY = 6
_SAVE_SECONDS = 180.0
_LOG_STEPS = 25


@dataclass(frozen=True)
class Plan:
    """What distinguishes one run from another.

    ``start_from`` is another run's checkpoint, as ``a/before-decay.pt``; steps count from there.
    """

    name: str
    steps: int
    seed: int = 20_220_103
    first_layer: int = SHARED_LAYERS
    rate: float = 2e-4
    rows: int = 16
    warm_up: int = 100
    decay: int = 400
    dropout: float = 0.1
    smoothing: float = 0.0
    rank_weight: float = 0.5
    answer_weight: float = 0.5
    negatives: int = 1
    other_questions: int = 1_500
    translated_questions: int = 1_500
    written_questions: int = 20_000
    half: bool = False
    start_from: str = ""

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        rising = min(1.0, (step + 1) / max(self.warm_up, 1))
        falling = min(1.0, (self.steps - step) / max(self.decay, 1))
        return self.rate * min(rising, max(falling, 0.0))


def groups_of(examples: Sequence[Example]) -> dict[str, list[list[int]]]:
    """Return the rows of each question, the right one first where there is one.

    Returns:
        By the name of the plan's number of them, those that each pass draws from; under "",
        those that each pass asks.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        found[example.group].append(row)
    pools: dict[str, list[list[int]]] = defaultdict(list)
    for name, rows in found.items():
        drawn = (pool for prefix, pool in OTHER_PREFIXES.items() if name.startswith(prefix))
        pools[next(drawn, "")].append(rows)
    return pools


def thinned(examples: Sequence[Example]) -> list[Example]:
    """Return all examples of FacQA's questions and those of every so many-th other one."""
    names = dict.fromkeys(example.group for example in examples)
    others = [name for name in names if not name.startswith(FACQA_PREFIX)]
    left_out = {*others} - {*others[::_MEASURED_EVERY]}
    return [example for example in examples if example.group not in left_out]


def batches_of(
    groups: Sequence[Sequence[int]], lengths: Sequence[int], rows: int, draw: random.Random
) -> list[list[list[int]]]:
    """Deal groups of like length into batches of about so many rows, in random order."""
    order = sorted(
        range(len(groups)),
        key=lambda g: max(lengths[row] for row in groups[g]) * draw.uniform(0.9, 1.1),
    )
    batches: list[list[list[int]]] = [[]]
    for number in order:
        group = list(groups[number])
        if batches[-1] and sum(map(len, batches[-1])) + len(group) > rows:
            batches.append([])
        batches[-1].append(group)
    draw.shuffle(batches)
    return batches


def loss_of(
    outputs: tuple[Tensor, Tensor, Tensor], targets: Tensor, sizes: Sequence[int], plan: Plan
) -> tuple[Tensor, dict[str, float]]:
    """Return the loss of a batch and its parts.

    Args:
        outputs: Starts, ends, relevance.
        targets: int, shape (rows, 2).
        sizes: Rows of each group.
        plan: Weights of the parts.
    """
    starts, ends, relevance = outputs
    holds = targets[:, 0] > 0
    span = 0.5 * (
        functional.cross_entropy(starts, targets[:, 0], label_smoothing=plan.smoothing)
        + functional.cross_entropy(ends, targets[:, 1], label_smoothing=plan.smoothing)
    )
    answer = functional.binary_cross_entropy_with_logits(relevance, holds.float())
    competing = [
        part
        for part, right in zip(relevance.split(list(sizes)), holds.split(list(sizes)), strict=True)
        if len(part) > 1 and right[0] and not right[1:].any()
    ]
    rank = (
        torch.stack([-functional.log_softmax(part, 0)[0] for part in competing]).mean()
        if competing
        else torch.zeros(())
    )
    total = span + plan.rank_weight * rank + plan.answer_weight * answer
    return total, {"span": span.item(), "rank": rank.item(), "answer": answer.item()}


def schedule(
    pools: Mapping[str, Sequence[Sequence[int]]], lengths: Sequence[int], plan: Plan
) -> Iterator[list[list[int]]]:
    """Yield the batches of every step, the same for the same plan.

    Args:
        pools: What `groups_of` returns.
        lengths: Tokens of each row.
        plan: How many steps, and what of a question.
    """
    draw = random.Random(plan.seed)
    done = 0
    while done < plan.steps:
        asked: list[Sequence[int]] = []
        for pool, groups in pools.items():
            count = getattr(plan, pool) if pool else len(groups)
            asked += draw.sample(groups, min(count, len(groups)))
        chosen = [
            [*group[:1], *draw.sample(group[1:], min(plan.negatives, len(group) - 1))]
            for group in asked
        ]
        for batch in batches_of(chosen, lengths, plan.rows, draw):
            if done == plan.steps:
                return
            yield batch
            done += 1


class Run:
    """One run in a folder of its own below the work folder."""

    def __init__(self, work: Path, model: Path, plan: Plan, threads: int) -> None:
        torch.manual_seed(plan.seed)
        torch.set_num_threads(threads)
        self.plan = plan
        self.folder = work / "runs" / plan.name
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "plan.json").write_text(json.dumps(asdict(plan), indent=1))
        self.rows = Rows(read_examples(work / "train.jsonl"), model)
        self.trunk = Trunk(self.rows, model, work / "train.states", threads)
        self.held_back = Rows(thinned(read_examples(work / "held-back.jsonl")), model)
        self.held_trunk = Trunk(self.held_back, model, work / "held-back.states", threads)
        self.network = Network(plan.first_layer, LAYERS, plan.dropout)
        self.network.take_trunk(model)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), plan.rate, weight_decay=0.01, fused=True
        )
        self.step = 0
        self.log: list[dict[str, Any]] = []
        self._resume()

    def _resume(self) -> None:
        own = self.folder / "checkpoint.pt"
        start = self.folder.parent / self.plan.start_from
        source = own if own.exists() else start if self.plan.start_from else None
        if source:
            state = torch.load(source, weights_only=False)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            torch.set_rng_state(state["random"])
        if source == own:
            self.step = state["step"]
            self.log = state["log"]

    def save(self, name: str = "checkpoint.pt") -> None:
        """Keep all that is needed to go on; the old checkpoint stays until the new one is whole."""
        target = self.folder / name
        partial = target.with_suffix(".partial")
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "step": self.step,
                "log": self.log,
                "random": torch.get_rng_state(),
            },
            partial,
        )
        partial.replace(target)

    def train(self) -> None:
        """Train to the plan's last step, then measure and write the weights."""
        pools = groups_of(self.rows.examples)
        saved = time.monotonic()
        with Progress(
            TextColumn(self.plan.name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        ) as progress:
            bar = progress.add_task("", total=self.plan.steps, completed=self.step)
            batches = schedule(pools, self.rows.lengths.tolist(), self.plan)
            for number, batch in enumerate(batches):
                if number < self.step:
                    continue
                if number == self.plan.steps - self.plan.decay:
                    self.save("before-decay.pt")
                self._learn(batch)
                progress.update(bar, completed=self.step)
                if time.monotonic() - saved > _SAVE_SECONDS:
                    self.save()
                    saved = time.monotonic()
        self.save()
        self.finish()

    def _learn(self, batch: Sequence[Sequence[int]]) -> None:
        began = time.monotonic()
        chosen = [row for group in batch for row in group]
        hidden, real = self.trunk.batch(chosen)
        targets = torch.from_numpy(self.rows.targets[chosen])
        rate = self.plan.rate_at(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.half):
            outputs = self.network(torch.from_numpy(hidden), torch.from_numpy(real))
        loss, parts = loss_of(outputs, targets, [len(group) for group in batch], self.plan)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.log.append({"step": self.step, "rows": len(chosen), "rate": rate,
                         "seconds": time.monotonic() - began, **parts})  # fmt: skip
        if self.step % _LOG_STEPS == 0:
            recent = self.log[-_LOG_STEPS:]
            line = {
                "step": self.step,
                **{k: round(float(np.mean([r[k] for r in recent])), 3) for k in parts},
                "rows_per_second": round(
                    sum(r["rows"] for r in recent) / sum(r["seconds"] for r in recent), 2
                ),
            }
            with (self.folder / "log.jsonl").open("a") as file:
                file.write(json.dumps(line) + "\n")

    def finish(self) -> dict[str, float]:
        """Measure on the held-back fold and write ``reader.safetensors`` and ``result.json``."""
        result = measure(self.network, self.held_trunk, self.held_back)
        (self.folder / "result.json").write_text(json.dumps(result, indent=1))
        save_file(self.network.shipped(), str(self.folder / "reader.safetensors"))
        return result
