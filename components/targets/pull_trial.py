"""A trial pull of an image: a pod on each node names it, and a command that it does not have.

The node pulls, and runs nothing.
https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
"""

import hashlib
import json
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..k8s.kubectl import kubectl
from ..machine.runner import UP_AGAIN, CommandError, LocalError, Runner
from ..names import LABEL
from .pull_status import is_pulling, rejection, runs, takes_pods, waiting_of

_MOST_NODES = 20
_SILENCE_SECONDS = 300
_LIFE_SECONDS = 3600
_PAUSE_SECONDS = 0.5
_READ_SECONDS, _CREATE_SECONDS, _DELETE_SECONDS = 10, 25, 55
_LABEL = f"{LABEL}/pull"
_REFUSED = ("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")


@dataclass(frozen=True)
class Pull:
    """An image, and the pods that are to pull it."""

    image: str
    platform: str
    """Platform of the image, such as `linux/amd64`; of Linux alone if it is empty."""

    namespace: str
    pull_secrets: Sequence[str]
    labels: Mapping[str, str]
    trial: str
    """Name of the trial among those of the stack in the namespace."""


class PullTrial:
    """The pods of one trial in the cluster of a kubeconfig."""

    def __init__(self, runner: Runner, kubeconfig: str, pull: Pull) -> None:
        self._runner = runner
        self._kubeconfig = kubeconfig
        self._pull = pull
        # Others run at the same time in the namespace, and one that was killed left its pods.
        self._name = "pull-" + hashlib.sha256(pull.trial.encode()).hexdigest()[:10]
        self._pods = ("pods", "--namespace", pull.namespace, f"--selector={_LABEL}={self._name}")

    def nodes(self) -> list[str]:
        """Return the nodes of the image's platform that a pod without tolerations may run on, at
        most 20 of them.

        Raises CommandError.
        """
        nodes: list[dict[str, Any]] = json.loads(self._run("get", "--raw", "/api/v1/nodes"))[
            "items"
        ]
        names = [
            node["metadata"]["name"]
            for node in nodes
            if takes_pods(node) and runs(node, self._pull.platform)
        ]
        return names[:_MOST_NODES]

    @contextmanager
    def on(self, nodes: Sequence[str]) -> Generator[Sequence[str]]:
        """Create a pod on each node, and delete all of them in the end, also those of a creation
        that failed half-way.

        Raises CommandError.
        """
        self._end()  # of a run that was killed
        pods = [self._pod(number, node) for number, node in enumerate(nodes)]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})
        try:
            self._run("create", "--filename=-", stdin=text, seconds=_CREATE_SECONDS)
            yield nodes
        finally:
            self._end_if_possible()

    def wait(self, nodes: Sequence[str]) -> None:
        """Wait until the pods on the nodes have pulled, and report those that never tried.

        Raises LocalError for the first that cannot, and after 5 minutes in which no node got any
        further: the API does not show how much of an image a node has. Raises CommandError.
        """
        changed, before = time.monotonic(), list[tuple[str, str]]()
        messages: dict[str, str] = {}
        while True:
            pods: list[dict[str, Any]] = json.loads(self._run("get", *self._pods, "--output=json"))[
                "items"
            ]
            for pod in pods:
                self._check(pod, messages)
            pulling = [pod["spec"]["nodeName"] for pod in pods if is_pulling(pod)]
            if not pulling:
                self._report_untried(nodes, pods)
                return
            states = [(pod["spec"]["nodeName"], waiting_of(pod).get("reason", "")) for pod in pods]
            if states != before:
                changed, before = time.monotonic(), states
            if time.monotonic() - changed > _SILENCE_SECONDS:
                raise LocalError(
                    f"{', '.join(pulling)}: still pulling {self._pull.image} after "
                    f"{_SILENCE_SECONDS} s",
                    details="nodes continue by themselves; what serves was not touched",
                    next_step=UP_AGAIN,
                )
            time.sleep(_PAUSE_SECONDS)

    def _report_untried(self, nodes: Sequence[str], pods: Sequence[dict[str, Any]]) -> None:
        """Report the nodes whose pod never began: no failure, as the rollout will show them."""
        reasons = {pod["spec"]["nodeName"]: rejection(pod) for pod in pods}
        for node in nodes:
            if reason := reasons.get(node, "its pod was deleted"):
                print(
                    f"whether the node {node} can pull {self._pull.image} was not tried: {reason}"
                )

    def _end(self) -> None:
        """Delete the pods.  Raises CommandError."""
        now = ("--ignore-not-found", "--grace-period=0", "--force")
        self._run("delete", *self._pods, *now, seconds=_DELETE_SECONDS)

    def _end_if_possible(self) -> None:
        """Delete the pods; report, with the next step, if that fails: the next trial does."""
        try:
            self._end()
        except CommandError as error:
            selector = " ".join(self._pods[1:])
            print(
                f"the pods that tried to pull {self._pull.image} are not deleted: {error}\n"
                f"  next: kubectl delete pods {selector}; the next trial deletes them, too"
            )

    def _run(self, *arguments: str, stdin: str | None = None, seconds: int = _READ_SECONDS) -> str:
        return kubectl(self._runner, self._kubeconfig, *arguments, stdin=stdin, seconds=seconds)

    def _check(self, pod: dict[str, Any], messages: dict[str, str]) -> None:
        """Raise LocalError for a pod whose node cannot pull."""
        node = pod["spec"]["nodeName"]
        waiting = waiting_of(pod)
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
                # A killed run leaves it: it ends, and no longer counts towards a quota of pods.
                "activeDeadlineSeconds": _LIFE_SECONDS,
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
