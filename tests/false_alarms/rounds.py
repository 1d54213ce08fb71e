"""Rounds of updates of all applications, each with its own trouble that passes by itself."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Any

from tests.false_alarms.cases import CASES
from tests.false_alarms.scene import Over, Scene
from tests.live.adjusted import change
from tests.live.guest import Guest
from tests.live.stand_in_registry import StandInRegistry
from tests.rollouts.beside import put, take_away
from tests.rollouts.troubles import ALL, serving

SIDE_BY_SIDE = ("--parallel", "60", "--continue-on-error")
_MESSAGE = r"before hook \"NAME-\w+-rollout\" failed: (.*?)(?=\n\n|\Z)"


@dataclass(frozen=True)
class Ended:
    """How a trouble of one round went."""

    alarm: str
    """What was said about it; empty if the update of its application succeeded."""

    has_shown: bool
    """Whether the trouble was there at all."""


def rounds(
    guest: Guest, image: str, registry: StandInRegistry, count: int
) -> list[dict[str, Ended]]:
    """Return how each trouble went, round by round."""
    return [_Round(guest, image, registry, number).run() for number in range(count)]


class _Round:
    def __init__(self, guest: Guest, image: str, registry: StandInRegistry, number: int) -> None:
        self._guest, self._image, self._number = guest, image, number
        self._over = Event()
        self._scenes = {
            name: Scene(guest, name, f"{guest.name}-{name}", number, registry, self._over)
            for name in CASES
        }

    def run(self) -> dict[str, Ended]:
        self._save({name: case.first for name, case in CASES.items()}, f"old-{self._number}")
        change(self._guest, {})
        self._guest.up(*SIDE_BY_SIDE)
        for name, case in CASES.items():
            put(self._guest, self._scenes[name].namespace, case.beside)
        self._each(lambda name: CASES[name].prepare)
        self._save({name: case.app for name, case in CASES.items()}, f"new-{self._number}")
        change(self._guest, {name: case.change(self._scenes[name]) for name, case in CASES.items()})
        with ThreadPoolExecutor(1) as beside:
            ending = beside.submit(self._each, lambda name: CASES[name].end)
            try:
                ran = self._guest.up(*SIDE_BY_SIDE, check=False)
            finally:
                self._over.set()
        ending.result()
        try:
            return {name: self._ended(name, ran.output) for name in CASES}
        finally:
            for name, case in CASES.items():
                take_away(self._guest, self._scenes[name].namespace, case.beside)

    def _each(self, work: Callable[[str], Callable[[Scene], None]]) -> None:
        """Do something in all applications at the same time."""

        def run(name: str) -> None:
            with suppress(Over):
                work(name)(self._scenes[name])

        with ThreadPoolExecutor(len(CASES)) as pool:
            list(pool.map(run, CASES))

    def _ended(self, name: str, output: str) -> Ended:
        scene = self._scenes[name]
        said = re.search(_MESSAGE.replace("NAME", name), output, re.DOTALL)
        alarm = said[1] if said else "" if scene.serves() else f"it does not serve:\n{output}"
        return Ended(alarm, CASES[name].showed(scene))

    def _save(self, apps: Mapping[str, Mapping[str, Any]], release: str) -> None:
        self._guest.settings["slipway:apps"] = {
            name: {
                "image": self._image,
                "app": {
                    **ALL,
                    "command": serving(),
                    **app,
                    "env": {"RELEASE": release},
                    "namespace": self._scenes[name].namespace,
                },
            }
            for name, app in apps.items()
        }
        self._guest.save_settings()
