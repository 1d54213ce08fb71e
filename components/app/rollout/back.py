"""The way back from a version that fails.

Pulumi's state keeps the inputs of the last update that succeeded: that is the version before. It
names its image by digest and its files and secrets by their content, which are kept.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...diagnosis import Memory, Patience, is_complete, troubles
from ...k8s.api import Api, ApiError, path_of
from ...machine.runner import CommandError
from ..hooks import Workload
from ..manifests import Manifest
from ..stuck_pods import before, delete_stuck
from .change import MANAGER, Writer
from .watch import Watch

_PAUSE_SECONDS = 0.3
_RETURN_SECONDS = 120.0
_CLUSTER_SECONDS = 10.0
_DIGITS = 12
_OF_THE_CLUSTER = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


@dataclass(frozen=True)
class Versions:
    """A workload as it is to be, and as the last successful update left it, if there was one."""

    new: Manifest
    old: Manifest | None

    def earlier(self, live: Manifest | None) -> Manifest | None:
        """Return the version to return to; None if there is none.

        An object that Pulumi does not know yet may be there: another owner's that was adopted, or
        what an interrupted creation left.
        """
        if self.old is not None or live is None or _template(live) == _template(self.new):
            return self.old
        kept = {key: value for key, value in live["metadata"].items() if key not in _OF_THE_CLUSTER}
        annotations = {**kept.get("annotations", {}), MANAGER: self._manager}
        metadata = {**kept, "annotations": annotations}
        return {key: value for key, value in live.items() if key != "status"} | {
            "metadata": metadata
        }

    @property
    def _manager(self) -> str:
        return self.new["metadata"]["annotations"][MANAGER]


class Return:
    """Returns a workload to an earlier version, or removes it if there is none."""

    def __init__(self, api: Api, kubeconfig: str, earlier: Manifest | None) -> None:
        self._api = api
        self._kubeconfig = kubeconfig
        self._earlier = earlier

    def run(self, failed: Manifest) -> str:
        """Return to the earlier version, and report in a line what serves now."""
        try:
            if self._earlier is None:
                return self._remove(failed)
            return self._restore(failed, self._earlier)
        except (ApiError, CommandError) as error:
            return f"the version before could not be restored: {error.message}"

    def _remove(self, failed: Manifest) -> str:
        self._api.delete(path_of(failed), {"propagationPolicy": "Background"})
        if failed["kind"] == "Job":
            return "the Job was removed; the next `pulumi up` runs it again"
        return "no version before it was healthy, so it was removed; nothing serves"

    def _restore(self, failed: Manifest, earlier: Manifest) -> str:
        metadata = earlier["metadata"]
        workload = Workload(earlier["kind"], metadata["name"], metadata["namespace"])
        is_ordered = workload.kind == "StatefulSet"
        stuck = before(workload, self._kubeconfig) if is_ordered else None
        Writer(self._api, self._kubeconfig).write(earlier, self._api.find(path_of(failed)))
        if stuck is not None:
            delete_stuck(workload, self._kubeconfig, stuck, time.monotonic() + _RETURN_SECONDS)
        live = self._wait(earlier)
        replicas = live["spec"].get("replicas", 1)
        ready = int(live.get("status", {}).get("availableReplicas", 0))
        image = _shortened(earlier["spec"]["template"]["spec"]["containers"][0]["image"])
        pods = "1 pod serves" if ready == 1 else f"{ready} pods serve"
        if ready < replicas:
            pods = f"{ready} of its {replicas} pods {'serves' if ready == 1 else 'serve'}"
        return f"returned to the version before, {image}: {pods}"

    def _wait(self, earlier: Manifest) -> Manifest:
        """Wait until the earlier version has all its pods; return the workload as it is then.

        Pods that only the cluster can help, as their node is lost, are waited for a few seconds.
        """
        watch, memory, helped = Watch(self._api, earlier), Memory(), 0.0
        while True:
            reading = memory.completed(watch.read())
            if not any(each.patience is Patience.CLUSTER for each in troubles(reading)):
                helped = watch.seconds
            limit = min(_RETURN_SECONDS, helped + _CLUSTER_SECONDS)
            if is_complete(reading) or watch.seconds > limit:
                return reading.workload
            time.sleep(_PAUSE_SECONDS)


def _shortened(image: str) -> str:
    """Return a reference with as much of its digest as distinguishes versions."""
    name, separator, digest = image.partition("@sha256:")
    return f"{name}{separator}{digest[:_DIGITS]}"


def _template(manifest: Manifest) -> Any:
    spec: Mapping[str, Any] = manifest["spec"]["template"]["spec"]
    containers: list[Mapping[str, Any]] = spec["containers"]
    return [(each["name"], each["image"], each.get("command")) for each in containers]
