"""The loss, the batches and the rate of training."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
import torch

from training.data import Example
from training.measure import normalized, overlap_f1
from training.train import Plan, batches_of, groups_of, loss_of, schedule, thinned

PLAN = Plan("t", steps=100, warm_up=10, decay=20)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    rates = [PLAN.rate_at(step) for step in range(101)]
    assert rates[:10] == sorted(rates[:10])
    assert set(rates[10:80]) == {PLAN.rate}
    assert rates[80:] == sorted(rates[80:], reverse=True)
    assert rates[100] == 0


def test_a_question_is_a_group_with_its_right_passage_first() -> None:
    examples = [
        Example("q", "p", 0, 1, "train-1"),
        Example("q", "n", -1, -1, "train-1"),
        Example("r", "p", -1, -1, "indonesian-5-0"),
    ]
    assert groups_of(examples) == {"": [[0, 1]], "other_questions": [[2]]}


def test_all_of_facqa_and_some_of_the_others_is_measured() -> None:
    names = [f"written-{number}" for number in range(12)]
    others = [Example("q", "p", 0, 1, name) for name in names for _ in range(2)]
    facqa = [Example("q", "p", 0, 1, f"train-{number}") for number in range(5)]
    kept = [example.group for example in thinned([*facqa, *others])]
    assert kept[:5] == [example.group for example in facqa]
    assert kept[5:] == ["written-0", "written-0", "written-6", "written-6"]


def test_every_group_is_in_one_batch_of_about_so_many_rows() -> None:
    groups = [[2 * number, 2 * number + 1] for number in range(25)]
    batches = batches_of(groups, list(range(50)), 8, random.Random(0))
    assert sorted(itertools.chain.from_iterable(batches)) == groups
    assert max(sum(map(len, batch)) for batch in batches) == 8


def test_the_same_plan_makes_the_same_batches_and_enough_of_them() -> None:
    groups = [[3 * number, 3 * number + 1, 3 * number + 2] for number in range(7)]
    first, second = (list(schedule({"": groups}, [5] * 21, PLAN)) for _ in range(2))
    assert first == second
    assert len(first) == PLAN.steps
    assert all(len(group) == 2 for batch in first for group in batch)


def test_each_pass_draws_so_many_of_the_other_questions_and_not_the_same() -> None:
    plan = replace(PLAN, steps=4, other_questions=2)
    pools = {"": [[10, 11]], "other_questions": [[number] for number in range(10)]}
    passes = list(schedule(pools, [5] * 12, plan))
    drawn = [{row for group in batch for row in group} - {10, 11} for batch in passes]
    assert [len(rows) for rows in drawn] == [2, 2, 2, 2]
    assert len(set(map(frozenset, drawn))) > 1


def outputs(right: int, relevance: list[float]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    scores = torch.zeros(2, 6)
    scores[0, right] = scores[1, 0] = 5
    return scores, scores.clone(), torch.tensor(relevance)


@pytest.mark.parametrize("worse", [outputs(3, [5.0, -5.0]), outputs(2, [-5.0, 5.0])])
def test_the_loss_is_least_where_span_order_and_answer_are_right(
    worse: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
) -> None:
    targets = torch.tensor([[2, 2], [0, 0]])
    good, parts = loss_of(outputs(2, [5.0, -5.0]), targets, [2], PLAN)
    assert good < loss_of(worse, targets, [2], PLAN)[0]
    assert parts["rank"] < 0.01


def test_questions_without_a_right_passage_do_not_compete() -> None:
    _, parts = loss_of(outputs(2, [1.0, 9.0]), torch.tensor([[0, 0], [0, 0]]), [1, 1], PLAN)
    assert parts["rank"] == 0


def test_answers_are_compared_as_squad_does() -> None:
    assert normalized("Recep  Tayyip-Erdoğan.") == normalized("recep tayyip erdoğan")
    assert overlap_f1(["a", "b"], ["b", "c"]) == 0.5
    assert overlap_f1([], []) == 1.0
