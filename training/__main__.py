"""The commands, in their order; each says with ``--help`` what it needs.

python -m training prepare DATA WORK
python -m training train WORK --name NAME --steps N
python -m training average WORK NAME RUN=SHARE RUN=SHARE
python -m training runs WORK
python -m training ship DATA WORK NAME
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from dataclasses import fields
from pathlib import Path

# Threads that spin while they wait take the processor from whoever else works on it.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("prepare", help="make the training material")
    command.add_argument("data", type=Path)
    command.add_argument("work", type=Path)
    command = commands.add_parser("train", help="train one run, or go on with it")
    command.add_argument("work", type=Path)
    command.add_argument("--threads", type=int, default=2)
    _add_plan(command)
    command = commands.add_parser("average", help="average the weights of runs")
    command.add_argument("work", type=Path)
    command.add_argument("name")
    command.add_argument("shares", nargs="+", metavar="RUN=SHARE")
    command.add_argument("--threads", type=int, default=2)
    command = commands.add_parser("runs", help="print all runs as a table")
    command.add_argument("work", type=Path)
    command = commands.add_parser("ship", help="calibrate a run and put it into the product")
    command.add_argument("data", type=Path)
    command.add_argument("work", type=Path)
    command.add_argument("run")
    chosen = parser.parse_args(arguments)
    if chosen.command == "prepare":
        from training.prepare import prepare

        prepare(chosen.data, chosen.work)
    elif chosen.command == "ship":
        from training.ship import ship

        ship(chosen.data, chosen.work, chosen.run)
    elif chosen.command == "average":
        from retrieval.indexing.bundled_model import ensure_bundled_model
        from training.average import average

        model = ensure_bundled_model(chosen.work / "models")
        shares = {run: float(share) for run, share in (each.split("=") for each in chosen.shares)}
        average(chosen.work, model, chosen.name, shares, chosen.threads)
    elif chosen.command == "runs":
        from training.runs import table

        print(table(chosen.work))
    else:
        _train(chosen)
    return 0


def _train(chosen: argparse.Namespace) -> None:
    from retrieval.indexing.bundled_model import ensure_bundled_model
    from training.train import Plan, Run

    given = {field.name: getattr(chosen, field.name) for field in fields(Plan)}
    plan = Plan(**{name: value for name, value in given.items() if value is not None})
    Run(chosen.work, ensure_bundled_model(chosen.work / "models"), plan, chosen.threads).train()


def _add_plan(command: argparse.ArgumentParser) -> None:
    from training.train import Plan

    kinds = {"str": str, "int": int, "float": float}
    for field in fields(Plan):
        flag = "--" + field.name.replace("_", "-")
        if field.type == "bool":
            command.add_argument(flag, action="store_true", default=None)
        else:
            command.add_argument(
                flag, type=kinds[str(field.type)], required=field.name in ("name", "steps")
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
