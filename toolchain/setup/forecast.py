"""Estimate of the time that a set-up still takes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from toolchain.setup.graph import Step, chains


class Forecast:
    """Estimates the time left from what steps should take and how fast this machine is."""

    def __init__(self, steps: Sequence[Step], clock: Callable[[], float] = time.monotonic) -> None:
        self._left = {step.name: step for step in steps}
        self._since: dict[str, float] = {}
        self._clock = clock
        self._start = clock()
        self._first = self._work({})

    def started(self, step: Step) -> None:
        """Record that a step started."""
        self._since[step.name] = self._clock()

    def ended(self, step: Step) -> None:
        """Record that a step ended."""
        del self._left[step.name]

    def seconds(self) -> float:
        """Return the time left at the speed of the machine so far."""
        now = self._clock()
        spent = {name: now - since for name, since in self._since.items()}
        left = self._work(spent)
        worked = self._first - left
        pace = (now - self._start) / worked if worked > 0.1 * self._first else 1.0
        return left * max(pace, 0.1)

    def _work(self, spent: dict[str, float]) -> float:
        """Return the seconds of work left: all compiling, or the longest chain if that is more.

        The measured times of compiling are with all cores for one step, so they add up.
        """
        rest = [
            replace(
                step,
                needs=tuple(need for need in step.needs if need in self._left),
                # Only a step that is done counts as such, however long it took so far.
                seconds=max(step.seconds - spent.get(step.name, 0.0), 0.05 * step.seconds),
            )
            for step in self._left.values()
        ]
        compiling = sum(step.seconds for step in rest if step.slot == "compile")
        return max(compiling, max(chains(rest).values(), default=0.0))
