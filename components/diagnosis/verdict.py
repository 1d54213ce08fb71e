"""Verdicts about a rollout."""

from dataclasses import dataclass

from .trouble import Trouble


@dataclass(frozen=True)
class Going:
    """The rollout may still get healthy."""

    notice: str | None = None
    """Line that is worth showing now; None if there is nothing new."""


@dataclass(frozen=True)
class Healthy:
    """The new version serves, alone and steadily."""


@dataclass(frozen=True)
class Failed:
    """Waiting does not help any more."""

    trouble: Trouble


Verdict = Going | Healthy | Failed
