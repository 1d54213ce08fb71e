"""What App costs beside a program written by hand that makes the same objects, under mocks.

`python -m bench.apps` prints the table alone that `make bench` begins with.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

from rich.console import Console

from bench.apps_objects import template
from bench.rows import Row, table

COUNTS = (1, 10, 100, 1000)
_ROUNDS = 3
_BY_HAND = "the same objects by hand"


@dataclass(frozen=True)
class Cost:
    """What a program took: CPU seconds with its imports, and MiB."""

    seconds: float
    memory: float


def measure(program: str, count: int) -> Cost:
    """What a program of `count` applications takes, in a process of its own."""
    command = [sys.executable, "-m", "bench.apps_run", program, str(count)]
    done = subprocess.run(
        command, input=template(), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def rows() -> list[Row]:
    """CPU seconds and memory of programs, in turns with the same objects by hand."""
    found: list[Row] = []
    for count in COUNTS:
        what = f"program of {count} application{'s' * (count > 1)}"
        seconds = Row(f"{what}, processor", _BY_HAND, goal=1.0 if count == 1 else None)
        memory = Row(f"{what}, memory", _BY_HAND, unit="MiB")
        for _ in range(_ROUNDS):
            ours, by_hand = measure("slipway", count), measure("raw", count)
            seconds.ours.append(ours.seconds)
            seconds.others.append(by_hand.seconds)
            memory.ours.append(ours.memory)
            memory.others.append(by_hand.memory)
        found += [seconds, memory]
    return found


if __name__ == "__main__":
    Console().print(table(rows()))
