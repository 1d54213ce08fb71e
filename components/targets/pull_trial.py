"""A trial pull of an image: a pod on each node names it, and a command that it does not have.

The node pulls, and runs nothing.
https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..k8s.kubectl import kubectl
from ..machine.runner import UP_AGAIN, LocalError, Runner
from ..names import LABEL

_MOST_NODES = 20
_PULL_SECONDS = 300
_PAUSE_SECONDS = 0.5
_READ_SECONDS, _CREATE_SECONDS, _DELETE_SECONDS = 10, 25, 55
_LABEL = f"{LABEL}/pull"
_REFUSED = ("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
_PULLING = ("ContainerCreating", "PodInitializing", "ErrImagePull")


@dataclass(frozen=True)
class Pull:
    """An image, and the pods that are to pull it."""

    image: str
    namespace: str
    pull_secrets: Sequence[str]
    labels: Mapping[str, str]


class PullTrial:
    """The pods of one trial in the cluster of a kubeconfig."""

    def __init__(self, runner: Runner, kubeconfig: str, pull: Pull) -> None:
        self._runner = runner
        self._kubeconfig = kubeconfig
        self._pull = pull
        # One for each repository: others may be tried at the same time in the namespace.
        repository = pull.image.partition("@")[0]
        self._name = "pull-" + hashlib.sha256(repository.encode()).hexdigest()[:10]
        self._pods = ("pods", "--namespace", pull.namespace, f"--selector={_LABEL}={self._name}")

    def nodes(self) -> list[str]:
        """Return the nodes that a pod without tolerations may run on, at most 20 of them.

        Raises CommandError.
        """
        nodes: list[dict[str, Any]] = json.loads(self._run("get", "--raw", "/api/v1/nodes"))[
            "items"
        ]
        return [node["metadata"]["name"] for node in nodes if _takes_pods(node)][:_MOST_NODES]

    def start(self, nodes: Sequence[str]) -> None:
        """Create a pod on each node.  Raises CommandError."""
        self.end()  # of a run that was killed
        pods = [self._pod(number, node) for number, node in enumerate(nodes)]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})
        self._run("create", "--filename=-", stdin=text, seconds=_CREATE_SECONDS)

    def wait(self, number: int) -> None:
        """Wait until all of a number of pods have pulled.

        Raises LocalError for the first that cannot, and after 5 minutes.
        """
        deadline = time.monotonic() + _PULL_SECONDS
        messages: dict[str, str] = {}
        while True:
            pods: list[dict[str, Any]] = json.loads(self._run("get", *self._pods, "--output=json"))[
                "items"
            ]
            for pod in pods:
                self._check(pod, messages)
            if len(pods) == number and not any(_is_pulling(pod) for pod in pods):
                return
            if time.monotonic() > deadline:
                slow = ", ".join(pod["spec"]["nodeName"] for pod in pods if _is_pulling(pod))
                raise LocalError(
                    f"{slow}: still pulling {self._pull.image} after {_PULL_SECONDS} s",
                    next_step=UP_AGAIN,
                )
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        """Delete the pods.  Raises CommandError."""
        now = ("--ignore-not-found", "--grace-period=0", "--force")
        self._run("delete", *self._pods, *now, seconds=_DELETE_SECONDS)

    def _run(self, *arguments: str, stdin: str | None = None, seconds: int = _READ_SECONDS) -> str:
        return kubectl(self._runner, self._kubeconfig, *arguments, stdin=stdin, seconds=seconds)

    def _check(self, pod: dict[str, Any], messages: dict[str, str]) -> None:
        """Raise LocalError for a pod whose node cannot pull."""
        node = pod["spec"]["nodeName"]
        waiting = _waiting(pod)
        if waiting.get("reason") == "ErrImagePull":
            messages[node] = waiting.get("message", "")  # the back-off that follows has less
        if waiting.get("reason") not in _REFUSED:
            return
        raise LocalError(
            f"the node {node} cannot pull {self._pull.image}: "
            f"{messages.get(node) or waiting.get('message', '')}",
            details="what serves was not touched",
            next_step="check `registry` of the target (username, pullSecret), and that the node "
            "reaches the registry",
        )

    def _pod(self, number: int, node: str) -> dict[str, Any]:
        container = {
            "name": "pull",
            "image": self._pull.image,
            "command": ["/pulled-and-not-run"],
            "resources": {
                "requests": {"cpu": "1m", "memory": "8Mi"},
                "limits": {"cpu": "100m", "memory": "32Mi"},
            },
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        }
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{self._name}-{number}",
                "namespace": self._pull.namespace,
                "labels": {_LABEL: self._name, **self._pull.labels},
            },
            "spec": {
                "nodeName": node,
                "restartPolicy": "Never",
                "automountServiceAccountToken": False,
                "imagePullSecrets": [{"name": name} for name in self._pull.pull_secrets],
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": 1000,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [container],
            },
        }


def _takes_pods(node: dict[str, Any]) -> bool:
    taints = node["spec"].get("taints", [])
    conditions = node["status"].get("conditions", [])
    return (
        not node["spec"].get("unschedulable")
        and not any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in taints)
        and any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    )


def _waiting(pod: dict[str, Any]) -> dict[str, str]:
    statuses = pod["status"].get("containerStatuses", [])
    return statuses[0]["state"].get("waiting", {}) if statuses else {"reason": _PULLING[0]}


def _is_pulling(pod: dict[str, Any]) -> bool:
    return _waiting(pod).get("reason") in _PULLING
