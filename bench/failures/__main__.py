"""`make bench-failures`: versions that fail in every way of the tests, by four tools each.

Each outcome is kept in `.slipway/failures`. With names of causes as arguments, only those are
measured, again or at last: docs/failures.md is written once there are outcomes of all.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.failures.causes import CAUSES, Cause
from bench.failures.lane import Lane, Place
from bench.failures.outcome import Outcome, kept
from bench.failures.page import table, write_page
from bench.failures.peers import Helm
from tests.live.project import CHECKOUT, Project
from tests.live.stand_in_registry import StandInRegistry

_LANES = os.cpu_count() or 1
"""Causes at the same time: on a busier machine, all tools take longer."""

_KEPT = CHECKOUT / ".slipway" / "failures"


def main(names: Sequence[str]) -> int:
    """Measure causes, print what came of it, and return 0."""
    if unknown := [name for name in names if name not in CAUSES]:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(CAUSES)}", file=sys.stderr)
        return 2
    runs, runs_of_peers = (int(os.environ.get(name, "1")) for name in ("RUNS", "PEER_RUNS"))
    causes = [CAUSES[name] for name in names or CAUSES]
    Helm.program = _helm()
    if not names:
        shutil.rmtree(_KEPT, ignore_errors=True)
    _KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), causes, _Runs(runs, runs_of_peers))
    outcomes = kept(_KEPT)
    print(table(outcomes))
    if missing := CAUSES.keys() - {each.cause for each in outcomes}:
        print(f"not measured: {' '.join(sorted(missing))}", file=sys.stderr)
        return 0 if names else 1
    write_page(CHECKOUT / "docs", outcomes)
    return 0


def _helm() -> Path:
    """Return Helm in the cache, built from Go modules there if it is missing."""
    words = [sys.executable, "-m", "toolchain", "tool", "helm"]
    done = subprocess.run(
        words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True, encoding="utf-8"
    )
    return Path(done.stdout.strip())


def _measure(folder: Path, causes: Sequence[Cause], runs: "_Runs") -> None:
    """Measure causes on a cluster that is made for them, and keep the outcomes."""
    (folder / "host").mkdir()
    host = Project(folder / "host", workers=1)
    host.pulumi("stack", "init", host.stack)
    try:
        host.up()
        image: str = json.loads(host.pulumi("stack", "output", "--json").output)["image"]
        with StandInRegistry(host, image) as registry:
            place = Place(host, folder, image, registry.host)
            waiting = deque(causes)

            def work(number: int) -> None:
                lane = Lane(place, number)
                while cause := _next(waiting):
                    _measure_one(lane, cause, runs)

            number = min(_LANES, len(causes))
            with ThreadPoolExecutor(number) as pool:
                list(pool.map(work, range(number)))
    finally:
        host.remove()


def _next(waiting: deque[Cause]) -> Cause | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _measure_one(lane: Lane, cause: Cause, runs: "_Runs") -> None:
    """Measure a cause; where a command fails that has to succeed, the lane goes on without it."""
    try:
        outcomes = lane.measure(cause, runs.own, runs.of_peers)
    except AssertionError as error:
        print(f"{cause.name} was not measured: {error}", file=sys.stderr, flush=True)
        return
    for each in outcomes:
        each.keep(_KEPT)
    print(f"{cause.name}: {', '.join(map(_shown, outcomes))}", flush=True)


def _shown(outcome: Outcome) -> str:
    named = "named" if outcome.is_named else "not named"
    return f"{outcome.tool} {named} {outcome.seconds:.1f} s"


@dataclass(frozen=True)
class _Runs:
    """Number of runs of each cause."""

    own: int
    of_peers: int


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
