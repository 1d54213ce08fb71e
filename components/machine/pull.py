"""Pulls of images, with a line about their progress every few seconds."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .docker import inspect
from .pinned import DIGESTS
from .runner import Runner

SILENCE_SECONDS = 300
"""Time after which a pull that shows nothing new is ended."""

REPORT_SECONDS = 5
"""Time between two lines about a pull."""

_LAYER = re.compile(r"([0-9a-f]{12}): (.*)")
_SIZES = re.compile(r"Downloading.*?([\d.]+) ?([kMGT]?B)/([\d.]+) ?([kMGT]?B)")
_COMPLETE = ("Pull complete", "Already exists")
_LOADED = ("Download complete", "Verifying Checksum", "Extracting", *_COMPLETE)
_UNITS = {"B": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3, "TB": 1e6}
"""In megabytes."""


def pull_if_missing(runner: Runner, image: str) -> None:
    """Pull an image that Docker does not have, and print how much of it is there.

    One whose digest is known is pulled by that, and gets its tag. Raises CommandError when it
    cannot be pulled, or after 5 minutes without progress.
    """
    if inspect(runner, "image", image) is None:
        progress = PullProgress(image)
        pulled = _by_digest(image)
        runner.follow("docker", "pull", pulled, silence=SILENCE_SECONDS, take=progress.take)
        if pulled != image:
            runner.run("docker", "tag", pulled, image)


def _by_digest(image: str) -> str:
    digest = DIGESTS.get(image)
    return f"{image.rpartition(':')[0]}@{digest}" if digest else image


@dataclass
class PullProgress:
    """What `docker pull` has shown of its layers on a terminal."""

    image: str
    clock: Callable[[], float] = time.monotonic
    _layers: dict[str, str] = field(default_factory=dict[str, str], init=False)
    _sizes: dict[str, tuple[float, float]] = field(
        default_factory=dict[str, tuple[float, float]], init=False
    )
    _reported: float | None = field(default=None, init=False)

    def take(self, line: str) -> bool:
        """Take a line, and print a report if it is time. Returns whether it is one of a layer."""
        match = _LAYER.match(line)
        if match is None:
            return False
        layer, state = match.groups()
        self._layers[layer] = state
        if sizes := _SIZES.search(state):
            done, unit, total, total_unit = sizes.groups()
            self._sizes[layer] = (
                float(done) * _UNITS[unit],
                float(total) * _UNITS[total_unit],
            )
        elif layer in self._sizes and state.startswith(_LOADED):
            total_size = self._sizes[layer][1]
            self._sizes[layer] = (total_size, total_size)
        self._report()
        return True

    def _report(self) -> None:
        if self._reported is None:
            self._reported = self.clock()  # what is there within seconds needs no report
        if self.clock() - self._reported < REPORT_SECONDS:
            return
        self._reported = self.clock()
        done = sum(size for size, _ in self._sizes.values())
        complete = sum(state.startswith(_COMPLETE) for state in self._layers.values())
        print(
            f"pulling {self.image}: {done:.0f} MB, {complete} of {len(self._layers)} layers are "
            "complete",
            flush=True,
        )
