"""Evidence of a failed rollout, in the checkout: what the cluster showed before the return.

`.slipway/rollouts/STACK/APPLICATION/TIME/` has the message, the objects and the logs.
"""

import contextlib
import json
import shutil
from collections.abc import Collection
from datetime import UTC, datetime

from ...diagnosis import Reading, masked
from ..manifests import Manifest
from .args import RolloutArgs
from .watch import Watch

_KEPT = 10
"""Number of failed rollouts of an application that are kept."""
_LOG_LINES = 500


class Evidence:
    """A folder for one failed rollout; no file in it has a secret of the stack."""

    def __init__(self, args: RolloutArgs, secrets: Collection[str]) -> None:
        self._stack = args.stack
        self._all = args.checkout / ".slipway" / "rollouts" / args.stack / args.application
        self._secrets = secrets
        self.folder = self._all / f"{datetime.now(UTC):%Y%m%dT%H%M%S}"

    def keep(self, reading: Reading, watch: Watch) -> str:
        """Write what a reading shows, with the logs of all containers; return a line about it.

        A checkout that cannot be written to is no reason not to go on.
        """
        try:
            self._keep(reading, watch)
        except OSError as error:
            return f"evidence was not kept: {error}"
        return f"evidence is kept: make why STACK={self._stack}"

    def _keep(self, reading: Reading, watch: Watch) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(self._all.iterdir())[:-_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        objects = {
            "workload": reading.workload,
            "pods": reading.pods,
            "replica-sets": reading.replica_sets,
            "events": reading.events,
            "nodes": reading.nodes,
        }
        for name, content in objects.items():
            self._write(f"{name}.json", json.dumps(content, indent=2))
        for pod in reading.pods:
            self._keep_logs(pod, watch)

    def conclude(self, message: str) -> None:
        """Write the message that the user is shown, if the evidence could be kept."""
        with contextlib.suppress(OSError):
            self._write("message.txt", message + "\n")

    def _keep_logs(self, pod: Manifest, watch: Watch) -> None:
        name, status = pod["metadata"]["name"], pod.get("status", {})
        for each in (
            *status.get("initContainerStatuses", []),
            *status.get("containerStatuses", []),
        ):
            for previous in (False, True)[: 1 + bool(each["restartCount"])]:
                lines = watch.log(name, each["name"], previous=previous, lines=_LOG_LINES)
                suffix = ".previous" if previous else ""
                if lines:
                    self._write(f"{name}.{each['name']}{suffix}.log", "\n".join(lines) + "\n")

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(masked(text, self._secrets), encoding="utf-8")
