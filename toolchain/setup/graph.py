"""Running steps that depend on each other, several at a time."""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from toolchain.runner import Runner

Slot = Literal["compile", "network", "image", "light"]

_TICK_SECONDS = 1.0
_END_SECONDS = 10.0


@dataclass(frozen=True)
class Step:
    """One piece of work: what it needs first, how long it takes (s), what it competes for.

    ``after`` are steps that it waits for if they are taken at all, as it is faster then.
    """

    name: str
    title: str
    act: Callable[[], None]
    needs: tuple[str, ...] = ()
    seconds: float = 1.0
    slot: Slot = "light"
    after: tuple[str, ...] = ()


class Watch(Protocol):
    """Display of the steps' progress; called from the main thread, except ``say``."""

    def started(self, step: Step) -> None: ...
    def ended(self, step: Step, seconds: float) -> None: ...
    def tick(self) -> None: ...
    def say(self, text: str) -> None: ...


class StepFailed(Exception):
    """A step failed; the cause is its error."""

    def __init__(self, step: Step, error: Exception) -> None:
        super().__init__(step.title)
        self.step = step
        self.error = error


def run(steps: Sequence[Step], capacity: Mapping[Slot, int], runner: Runner, watch: Watch) -> None:
    """Run the steps in an order that their needs allow, those with most work behind them first.

    ``capacity`` says how many steps of a slot may run at a time (default: any number).  The
    first failure ends what runs and is raised as StepFailed; Ctrl-C ends it too.
    """
    steps = _settled(steps)
    behind = chains(steps)
    waiting = sorted(steps, key=lambda step: -behind[step.name])
    running: dict[str, tuple[Step, float]] = {}
    done: set[str] = set()
    results: queue.SimpleQueue[tuple[str, Exception | None]] = queue.SimpleQueue()

    def start_ready() -> None:
        for step in list(waiting):
            busy = sum(1 for other, _ in running.values() if other.slot == step.slot)
            if done.issuperset(step.needs) and busy < capacity.get(step.slot, len(steps)):
                waiting.remove(step)
                running[step.name] = (step, time.monotonic())
                watch.started(step)
                threading.Thread(target=_act, args=(step, results), daemon=True).start()

    try:
        while waiting or running:
            start_ready()
            if not running:
                raise RuntimeError(  # noqa: TRY301 - ends nothing, but is raised like any error
                    f"no step can run: {[step.name for step in waiting]}"
                )
            try:
                name, error = results.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                watch.tick()
                continue
            step, since = running.pop(name)
            if error is not None:
                raise StepFailed(step, error)  # noqa: TRY301 - ends the others like any error
            done.add(name)
            watch.ended(step, time.monotonic() - since)
    except BaseException:
        runner.end_all()
        _wait_for(len(running), results)
        raise


def chains(steps: Sequence[Step]) -> dict[str, float]:
    """Return for each step the seconds of the longest chain that starts with it."""
    following: dict[str, list[Step]] = {step.name: [] for step in steps}
    for step in _settled(steps):
        for need in step.needs:
            following[need].append(step)
    lengths: dict[str, float] = {}

    def length(step: Step) -> float:
        if step.name not in lengths:
            lengths[step.name] = step.seconds + max(map(length, following[step.name]), default=0.0)
        return lengths[step.name]

    for step in steps:
        length(step)
    return lengths


def _settled(steps: Sequence[Step]) -> list[Step]:
    """Return the steps with what they come after among their needs, where it is taken."""
    names = {step.name for step in steps}
    return [
        replace(step, needs=(*step.needs, *(n for n in step.after if n in names)), after=())
        for step in steps
    ]


def _act(step: Step, results: queue.SimpleQueue[tuple[str, Exception | None]]) -> None:
    try:
        step.act()
    except Exception as error:  # noqa: BLE001 - handed to the main thread, which explains it
        results.put((step.name, error))
    else:
        results.put((step.name, None))


def _wait_for(count: int, results: queue.SimpleQueue[tuple[str, Exception | None]]) -> None:
    """Wait for interrupted steps to clean up; further failures are only a consequence."""
    end = time.monotonic() + _END_SECONDS
    while count and (left := end - time.monotonic()) > 0:
        try:
            results.get(timeout=left)
        except queue.Empty:
            return
        count -= 1
