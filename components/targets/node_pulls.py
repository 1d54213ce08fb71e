"""NodePulls: that the nodes of a cluster can pull an image, tried before pods depend on it.

A pod on each node names the image and a command that it does not have: the node pulls, and runs
nothing. https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
"""

import hashlib
import json
import tempfile
import time
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without
from ..machine.runner import CommandError, LocalError, Runner
from ..names import LABEL

_MOST_NODES = 20
_PULL_SECONDS = 300
_PAUSE_SECONDS = 0.5
_LABEL = f"{LABEL}/pull"
_REFUSED = ("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
_PULLING = ("ContainerCreating", "PodInitializing", "ErrImagePull")


class NodePullsProvider(LocalProvider):
    """Lets every node that may run pods pull the image, and removes the pods that did it."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._try(props)
        return CreateResult(f"{props['namespace']}-pulls", without(props, "kubeconfig"))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = without(_olds, "kubeconfig"), without(_news, "kubeconfig")
        return DiffResult(changes=olds != news)

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._try(_news)
        return UpdateResult(without(_news, "kubeconfig"))

    def _try(self, props: Properties) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(props["kubeconfig"])
            file.flush()
            trial = _Trial(self.runner, file.name, props)
            try:
                nodes = trial.nodes()
                trial.start(nodes)
            except CommandError as error:
                # What this account may not do is no reason to stop: the rollout will tell.
                print(f"whether the nodes can pull {props['image']} was not tried: {error}")
                return
            try:
                trial.wait(len(nodes))
            finally:
                trial.end()


class _Trial:
    def __init__(self, runner: Runner, kubeconfig: str, props: Properties) -> None:
        self._runner = runner
        self._kubectl = ("kubectl", "--kubeconfig", kubeconfig, "--request-timeout=10s")
        self._namespace = ("--namespace", props["namespace"])
        self._props = props
        # One for each repository: others may be tried at the same time in the namespace.
        repository = str(props["image"]).partition("@")[0]
        self._name = "pull-" + hashlib.sha256(repository.encode()).hexdigest()[:10]

    def nodes(self) -> list[str]:
        """The nodes that a pod without tolerations may run on, at most 20 of them."""
        answer = self._runner.run(*self._kubectl, "get", "--raw", "/api/v1/nodes", timeout=15)
        nodes: list[dict[str, Any]] = json.loads(answer)["items"]
        return [node["metadata"]["name"] for node in nodes if _takes_pods(node)][:_MOST_NODES]

    def start(self, nodes: list[str]) -> None:
        self.end()  # of a run that was killed
        pods = [self._pod(number, node) for number, node in enumerate(nodes)]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})
        self._runner.run(*self._kubectl, "create", "--filename=-", stdin=text, timeout=30)

    def wait(self, number: int) -> None:
        """Until all have pulled.  Raises LocalError for the first that cannot."""
        deadline = time.monotonic() + _PULL_SECONDS
        words: dict[str, str] = {}
        while True:
            pods = self._pods()
            for pod in pods:
                self._refuse(pod, words)
            if len(pods) == number and not any(_is_pulling(pod) for pod in pods):
                return
            if time.monotonic() > deadline:
                slow = ", ".join(pod["spec"]["nodeName"] for pod in pods if _is_pulling(pod))
                raise LocalError(
                    f"{slow}: still pulling {self._props['image']} after {_PULL_SECONDS} s; the "
                    "next `pulumi up` goes on from there"
                )
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        self._runner.run(
            *(*self._kubectl, "delete", "pods", *self._namespace),
            *(
                f"--selector={_LABEL}={self._name}",
                "--ignore-not-found",
                "--grace-period=0",
                "--force",
            ),
            timeout=60,
        )

    def _pods(self) -> list[dict[str, Any]]:
        get = ("get", "pods", *self._namespace, f"--selector={_LABEL}={self._name}")
        return json.loads(self._runner.run(*self._kubectl, *get, "--output=json"))["items"]

    def _refuse(self, pod: dict[str, Any], words: dict[str, str]) -> None:
        node = pod["spec"]["nodeName"]
        waiting = _waiting(pod)
        if waiting.get("reason") == "ErrImagePull":
            words[node] = waiting.get("message", "")  # the back-off that follows says less
        if waiting.get("reason") not in _REFUSED:
            return
        raise LocalError(
            f"the node {node} cannot pull {self._props['image']}: "
            f"{words.get(node) or waiting.get('message', '')}\nnothing that serves was touched; "
            "look at slipway:target.registry (login, pullSecret), and whether the node reaches it"
        )

    def _pod(self, number: int, node: str) -> dict[str, Any]:
        container = {
            "name": "pull",
            "image": self._props["image"],
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
                "namespace": self._props["namespace"],
                "labels": {_LABEL: self._name, **self._props["labels"]},
            },
            "spec": {
                "nodeName": node,
                "restartPolicy": "Never",
                "automountServiceAccountToken": False,
                "imagePullSecrets": [{"name": name} for name in self._props["pullSecrets"]],
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


class NodePulls(Resource, module="slipway", name="NodePulls"):
    """A trial pull of `image` (`name@digest`) on the nodes, from a namespace with its secrets."""

    def __init__(
        self,
        name: str,
        *,
        image: pulumi.Input[str],
        namespace: str,
        pull_secrets: tuple[str, ...],
        labels: dict[str, str],
        kubeconfig: pulumi.Input[str],
        uid: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": image,
            "namespace": namespace,
            "pullSecrets": list(pull_secrets),
            "labels": labels,
            "kubeconfig": pulumi.Output.secret(kubeconfig),
            "uid": uid,
        }
        super().__init__(NodePullsProvider(), name, inputs, opts)
