"""Evidence of a failed rollout, kept where `make why` finds it."""

from datetime import UTC, datetime
from pathlib import Path

from commands.gitops.rollouts import FailedRollout
from commands.stack import Stack


def keep(stack: Stack, failed: FailedRollout) -> Path:
    """Keep the message of a failed rollout, and return the folder of it below the checkout."""
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    place = Path(".slipway/rollouts") / stack.name / failed.application / at
    folder = stack.checkout.root / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "message.txt").write_text(f"{failed.message}\n", encoding="utf-8")
    return place
