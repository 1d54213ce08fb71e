"""What App costs beside a program written by hand that makes the same objects, under mocks.

Each measurement is a process of its own: `python -m bench.apps slipway 100` prints seconds and
MiB of one; the table is in `make bench`.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from typing import Any, cast

import pulumi

COUNTS = (1, 10, 100, 1000)
_ROUNDS = 3


# What the machine would have added to the resources.
_KNOWN = {"user": 10001.0, "group": 10001.0, "application": 8080.0, "registry": 5001.0}


class _Mocks(pulumi.runtime.Mocks):
    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        given = cast("dict[str, Any]", args.inputs)  # pyright: ignore[reportUnknownMemberType]
        return f"{args.name}-id", {**given, **_KNOWN}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(f"nothing is asked here: {args.token}")


def measure(program: str, count: int) -> tuple[float, float]:
    """Seconds and MiB that a program of `count` applications takes, its imports included."""
    command = [sys.executable, "-m", "bench.apps", program, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return seconds, memory


def ratios(count: int) -> tuple[float, float]:
    """How much more than by hand it takes, in time and memory: medians of rounds in turns."""
    ours: list[tuple[float, float]] = []
    by_hand: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        ours.append(measure("slipway", count))
        by_hand.append(measure("raw", count))
    middle = _ROUNDS // 2
    return (
        sorted(one[0] for one in ours)[middle] / sorted(one[0] for one in by_hand)[middle],
        sorted(one[1] for one in ours)[middle] / sorted(one[1] for one in by_hand)[middle],
    )


def _main(program: str, count: int) -> None:
    started = time.perf_counter()
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(_Mocks(), project="bench", stack="one")

    def run() -> None:
        if program == "slipway":
            from bench.apps_slipway import make
        else:
            from bench.apps_raw import make
        make(count)

    pulumi.runtime.test(run)()  # pyright: ignore[reportUnknownMemberType]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - started, memory]))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
