"""What App costs beside a program written by hand that makes the same objects, under mocks.

`python -m bench.apps` prints the table alone that `make bench` begins with.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.apps_objects import template

COUNTS = (1, 10, 100, 1000)
_ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """What a program took: CPU seconds with its imports, MiB, and how many resources it made."""

    seconds: float
    memory: float
    resources: int


def measure(program: str, count: int) -> Cost:
    """What a program of `count` applications takes, in a process of its own."""
    command = [sys.executable, "-m", "bench.apps_run", program, str(count)]
    done = subprocess.run(
        command, input=template(), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def pairs(count: int) -> tuple[Cost, Cost]:
    """What App and what the program by hand take: medians of rounds in turns."""
    rounds = [(measure("slipway", count), measure("raw", count)) for _ in range(_ROUNDS)]
    ours, by_hand = zip(*rounds, strict=True)
    return _middle(ours), _middle(by_hand)


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(one.seconds for one in costs),
        statistics.median(one.memory for one in costs),
        costs[0].resources,
    )


def table() -> Table:
    """Program time and memory of applications, against the same objects by hand."""
    shown = Table(
        "applications", "resources", "by hand", "CPU s", "by hand", "ratio", "MiB", "by hand",
        "ratio", box=None, pad_edge=False,
    )  # fmt: skip
    for count in COUNTS:
        ours, by_hand = pairs(count)
        shown.add_row(
            str(count),
            str(ours.resources),
            str(by_hand.resources),
            f"{ours.seconds:.2f}",
            f"{by_hand.seconds:.2f}",
            f"{ours.seconds / by_hand.seconds:.2f}",
            f"{ours.memory:.0f}",
            f"{by_hand.memory:.0f}",
            f"{ours.memory / by_hand.memory:.2f}",
        )
    return shown


if __name__ == "__main__":
    Console().print(table())
