"""Inputs and results of the steps of a set-up, and the list of these steps."""

from dataclasses import dataclass, field
from pathlib import Path

from toolchain.cache import Cache
from toolchain.engine import Engine
from toolchain.lock import Lock
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.setup.graph import Step, Watch
from toolchain.setup.survey import Survey
from toolchain.tools.python_environment import PythonEnvironment


@dataclass
class Shop:
    """Inputs of the steps, and their results for later steps.

    Without ``docker`` no Docker Engine is found, installed or started, and no image made.
    """

    checkout: Checkout
    lock: Lock
    cache: Cache
    runner: Runner
    survey: Survey
    environment: PythonEnvironment
    docker: bool = True
    watch: Watch | None = None
    go: Path | None = None
    engine: Engine | None = None

    def required_go(self) -> Path:
        """Return the `go` that a step has found. Raises RuntimeError before that step."""
        if self.go is None:
            raise RuntimeError("no step before this one has found Go")
        return self.go

    def required_engine(self) -> Engine:
        """Return the Docker Engine of an earlier step. Raises RuntimeError before that step."""
        if self.engine is None:
            raise RuntimeError("no step before this one has found the Docker Engine")
        return self.engine

    def show_on(self, watch: Watch) -> None:
        """Print messages on this display from now on."""
        self.watch = watch

    def say(self, text: str) -> None:
        """Print a message beside the progress of the steps."""
        if self.watch:
            self.watch.say(text)


@dataclass
class Plan:
    """The steps and the space (MiB) that they take in the cache."""

    steps: list[Step] = field(default_factory=list[Step])
    space: int = 0

    def add(self, step: Step, space: int = 0) -> None:
        """Add a step, once."""
        if not self.has(step.name):
            self.steps.append(step)
            self.space += space

    def has(self, name: str) -> bool:
        """Return whether a step of this name was added."""
        return any(step.name == name for step in self.steps)
