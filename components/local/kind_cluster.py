"""KindCluster: a Kubernetes cluster in containers, made by kind."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from . import labels
from .engine import inspect, inspect_all, require_engine
from .kind_config import kind_config
from .kubeconfig import add_context, remove_context
from .provider import LocalProvider, Properties, without_provider
from .runner import CommandError, LocalError, Runner
from .strangers import mark_of, refusal, strangers

_CREATION_SECONDS = 300
_COMPLETE = "/kind/slipway-complete"
"""File in the first control plane with the mark of the stack whose `kind create` went well."""

_FOR_LIFE = (
    "name", "image", "controlPlanes", "hostPort", "nodePort", "registry", "mark",
)  # fmt: skip
_COMPUTED = ("kubeconfig", "context", "uid")


class KindClusterProvider(LocalProvider):
    """Creates and deletes; what is half made and ours is cleared away and made anew.

    What tells ours from a stranger's is the mark on the cluster's container network, which is
    made first and removed last.

    A replacement is created before the old one is deleted, and takes its place: were it deleted
    first, the engine would delete the objects inside one by one, also from a cluster that is
    gone, as `deleted_with` does not hold there. So `delete` spares a cluster of another UID.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        changed = _changed(_olds, news) if _olds else []
        if not changed or news["replace"] or not _nodes(self.runner, news["name"]):
            return CheckResult(news, [])
        shown = ", ".join(f"{key} {_olds.get(key)} -> {news[key]}" for key in changed)
        told = (
            f"refused: {shown} makes the cluster {news['name']} anew, and everything on it is "
            "lost; to allow it: pulumi config set --path slipway:target.cluster.replaceCluster true"
        )
        return CheckResult(news, [CheckFailure(changed[0], told)])

    def create(self, props: Properties) -> CreateResult:
        require_engine(self.runner)
        name, mark = props["name"], props["mark"]
        # The allocation looked already, but a `create` may come much later than its check.
        if found := strangers(self.runner, name, props["registry"], mark):
            raise LocalError(refusal(found))
        nodes = _nodes(self.runner, name)
        if _is_as_asked(nodes, props) and (found := self._adopt(name, mark)):
            return CreateResult(found["uid"], {**without_provider(props), **found})
        if nodes:
            self.runner.run("kind", "delete", "cluster", "--name", name)
        if inspect(self.runner, "network", name) is None:
            label = f"{labels.MARK}={mark}"
            self.runner.run("docker", "network", "create", "--label", label, name)
        self._make(props)
        found = self._read(name)
        return CreateResult(found["uid"], {**without_provider(props), **found})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds = {k: v for k, v in without_provider(_olds).items() if k not in _COMPUTED}
        news = {k: v for k, v in without_provider(_news).items() if k not in _COMPUTED}
        changed = _changed(olds, news)
        if not changed and not _nodes(self.runner, news["name"]):
            changed = ["name"]  # removed behind our back: it is made again
        return DiffResult(
            changes=bool(changed),
            replaces=changed,
            stables=[] if changed else list(_COMPUTED),
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        kept = {key: _olds[key] for key in _COMPUTED}
        return UpdateResult({**without_provider(_news), **kept})

    def read(self, id_: str, props: Properties) -> ReadResult:
        if not _nodes(self.runner, props["name"]):
            return ReadResult("", {})
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        require_engine(self.runner)
        name = _props["name"]
        network = inspect(self.runner, "network", name)
        if network is not None and mark_of(network) != _props["mark"]:
            return  # ours is gone; what has its name now is not ours to remove
        if _nodes(self.runner, name) and self._is_another(name, _props["uid"]):
            return  # replaced already
        self.runner.run("kind", "delete", "cluster", "--name", name)
        remove_context(self.runner, f"kind-{name}")
        # Asked again: the nodes are gone now; what is still connected does not keep the network.
        if network := inspect(self.runner, "network", name):
            for container in network.get("Containers", {}):
                self.runner.run("docker", "network", "disconnect", "--force", name, container)
            self.runner.run("docker", "network", "rm", name)

    def _make(self, props: Properties) -> None:
        name = props["name"]
        config = kind_config(
            int(props["controlPlanes"]),
            int(props["workers"]),
            int(props["hostPort"]),
            int(props["nodePort"]),
        )
        with tempfile.TemporaryDirectory() as folder:
            in_network = self.runner.within(KIND_EXPERIMENTAL_DOCKER_NETWORK=name)
            try:
                in_network.run(
                    *("kind", "create", "cluster", "--name", name, "--image", props["image"]),
                    *("--config", "-", "--kubeconfig", str(Path(folder) / "kubeconfig")),
                    stdin=config,
                    timeout=_CREATION_SECONDS,
                )
            except CommandError:
                require_engine(self.runner)  # kind would blame the step that it was at
                raise
        # Its API answers long before kind is done; this tells that it is.
        script = f"echo {props['mark']} > {_COMPLETE}"
        self.runner.run("docker", "exec", _leader(name), "sh", "-c", script)

    def _adopt(self, name: str, mark: str) -> Properties | None:
        """What is to know of a cluster that a killed run completed; None of any other."""
        try:
            if self.runner.run("docker", "exec", _leader(name), "cat", _COMPLETE).strip() != mark:
                return None
            return self._read(name)
        except CommandError:
            return None

    def _is_another(self, name: str, uid: str) -> bool:
        try:
            return self._uid(self._kubeconfig(name)) != uid
        except CommandError:
            return False  # it does not answer, as a cluster that was just made would

    def _read(self, name: str) -> Properties:
        """Kubeconfig, context and UID of a cluster, which is added to the user's kubeconfig."""
        kubeconfig = self._kubeconfig(name)
        uid = self._uid(kubeconfig)
        add_context(self.runner, kubeconfig)
        return {"kubeconfig": kubeconfig, "context": f"kind-{name}", "uid": uid}

    def _kubeconfig(self, name: str) -> str:
        return self.runner.run("kind", "get", "kubeconfig", "--name", name)

    def _uid(self, kubeconfig: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(kubeconfig)
            file.flush()
            return self.runner.run(
                *("kubectl", "--kubeconfig", file.name, "--request-timeout=10s"),
                *("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"),
            )


def _changed(olds: Properties, news: Properties) -> list[str]:
    """What differs of the things that a cluster has for life."""
    return [key for key in _FOR_LIFE if olds.get(key) != news[key]]


def _leader(name: str) -> str:
    """The container of the first control plane, as kind names it."""
    return f"{name}-control-plane"


def _nodes(runner: Runner, name: str) -> list[dict[str, Any]]:
    return list(inspect_all(runner, f"{labels.CLUSTER}={name}"))


def _is_as_asked(nodes: list[dict[str, Any]], props: Properties) -> bool:
    """Whether these are the containers that kind would make for `props`, workers aside."""
    roles = Counter(
        role for node in nodes if (role := node["Config"]["Labels"].get(labels.ROLE)) != "worker"
    )
    control_planes = int(props["controlPlanes"])
    asked = Counter(
        {
            "control-plane": control_planes,
            "external-load-balancer": int(control_planes > 1),
        }
    )
    images = {
        node["Config"]["Image"]
        for node in nodes
        if node["Config"]["Labels"].get(labels.ROLE) != "external-load-balancer"
    }
    ports = {
        binding["HostPort"]
        for node in nodes
        for binding in node["HostConfig"]["PortBindings"].get(f"{int(props['nodePort'])}/tcp", ())
    }
    return (roles, images, ports) == (asked, {props["image"]}, {str(int(props["hostPort"]))})


class KindCluster(Resource, module="slipway", name="KindCluster"):
    """A cluster of kind's.

    Inputs: name, image, controlPlanes, hostPort, nodePort, registry (its name), mark; workers,
    with which it is made, and which KindNodes looks after from then on; replace, whether a change
    of the others, which makes the cluster anew, is allowed.

    The user's kubeconfig gets a context `kind-<name>`; its current context stays what it is.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        computed = dict.fromkeys(_COMPUTED)
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(KindClusterProvider(), name, {**inputs, **computed}, opts)
