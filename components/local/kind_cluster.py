"""KindCluster: a Kubernetes cluster in containers, made by kind."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pulumi
import yaml
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
from .kind_addresses import subnet
from .kind_balancer import KindBalancer
from .kind_config import DEFAULTS, kind_config
from .kind_containers import CONTROL_PLANE, WORKER, node_names, role_of
from .kind_refusals import cluster_refusals, version_refusals
from .kubeconfig import add_context, remove_context
from .node_image import require_version
from .provider import LocalProvider, Properties, without_provider
from .runner import CommandError, LocalError, Runner
from .strangers import mark_of, refusal, strangers

_CREATION_SECONDS = 300
_COMPLETE = "/kind/slipway-complete"
"""File in the first control plane that says what the cluster was made from, when it is complete."""

_FOR_LIFE = ("name", "image", "balanced", "hostPort", "nodePort", "registry", "mark", *DEFAULTS)
_BEFORE: Properties = {"balanced": False, **DEFAULTS}
"""What a cluster has whose state says nothing of it."""
_LOST = "made anew, with everything on it lost"
_COMPUTED = ("kubeconfig", "context", "uid", "api_port")


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
        # A load balancer that is there stays, however few control planes are left.
        inputs = {**news, "balanced": bool(news["balanced"] or _olds.get("balanced"))}
        changed = _changed(_olds, inputs) if _olds else []
        if not _nodes(self.runner, news["name"]):
            return CheckResult(inputs, cluster_refusals(self.runner, inputs))
        if not changed and _olds.get("version") != news.get("version"):
            return CheckResult(inputs, version_refusals(self.runner, inputs))
        if not changed or news["replace"]:
            return CheckResult(inputs, [])
        told = (
            f"refused: {'; '.join(_told(key, _olds, inputs) for key in changed)}. This makes the "
            f"cluster {news['name']} anew, and everything on it is lost; to allow it: pulumi "
            "config set --path slipway:target.cluster.replaceCluster true"
        )
        return CheckResult(inputs, [CheckFailure(changed[0], told)])

    def create(self, props: Properties) -> CreateResult:
        require_engine(self.runner)
        name, mark = props["name"], props["mark"]
        # The allocation looked already, but a `create` may come much later than its check.
        if found := strangers(self.runner, name, props["registry"], mark):
            raise LocalError(refusal(found))
        if found := self._adopt(props):
            return CreateResult(found["uid"], {**without_provider(props), **found})
        require_version(self.runner, props["image"], props.get("version"))
        if _nodes(self.runner, name):
            self.runner.run("kind", "delete", "cluster", "--name", name)
        if inspect(self.runner, "network", name) is None:
            self._make_network(name, mark)
        self._make(props)
        found = self._read(name)
        return CreateResult(found["uid"], {**without_provider(props), **found})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds = {k: v for k, v in without_provider(_olds).items() if k not in _COMPUTED}
        news = {k: v for k, v in without_provider(_news).items() if k not in _COMPUTED}
        changed = _changed(olds, news)
        if not changed and not any(map(_is_control_plane, _nodes(self.runner, news["name"]))):
            changed = ["name"]  # removed behind our back: it is made again
            print(f"the cluster {news['name']}: gone: made anew", flush=True)
        elif changed:
            told = "; ".join(_told(key, olds, news) for key in changed)
            print(f"the cluster {news['name']}: {told}: {_LOST}", flush=True)
        return DiffResult(
            changes=bool(changed),
            replaces=changed,
            stables=[] if changed else list(_COMPUTED),
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        kept = {key: _olds.get(key) for key in _COMPUTED}
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
        # What a run may have left that was killed:
        KindBalancer(self.runner, name, _props["mark"]).remove()
        if inspect(self.runner, "network", _trial(name)) is not None:
            self.runner.run("docker", "network", "rm", _trial(name))
        remove_context(self.runner, f"kind-{name}")
        # Asked again: the nodes are gone now; what is still connected does not keep the network.
        if network := inspect(self.runner, "network", name):
            for container in network.get("Containers", {}):
                self.runner.run("docker", "network", "disconnect", "--force", name, container)
            self.runner.run("docker", "network", "rm", name)

    def _make_network(self, name: str, mark: str) -> None:
        """A network of our own choice of addresses: only in one can nodes keep theirs.

        Docker chooses them first, for another one, as it knows what is free.
        """
        label, trial = f"{labels.MARK}={mark}", _trial(name)
        if inspect(self.runner, "network", trial) is None:
            self.runner.run("docker", "network", "create", "--label", label, trial)
        chosen = str(subnet(self.runner, trial))
        self.runner.run("docker", "network", "rm", trial)
        self.runner.run("docker", "network", "create", "--label", label, "--subnet", chosen, name)

    def _make(self, props: Properties) -> None:
        name, node_port, host_port = props["name"], int(props["nodePort"]), int(props["hostPort"])
        leader = _leader(name)
        settings = {key: props[key] for key in DEFAULTS if key in props}
        balancer = KindBalancer(self.runner, name, props["mark"])
        endpoint = None
        if props["balanced"]:
            endpoint = balancer.endpoint
            balancer.stand_in(props["balancerImage"])
            balancer.lead([leader], [], node_port)
        config = kind_config(props["workers"], host_port, node_port, endpoint, settings)
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
        if props["balanced"]:
            balancer.start(props["balancerImage"], node_port, host_port, None)
            workers = node_names(name, WORKER, len(props["workers"]))
            balancer.lead([leader], [leader, *workers], node_port)
        # Its API answers long before kind is done; this tells that it is.
        write = ("docker", "exec", "-i", leader, "sh", "-c", f"cat > {_COMPLETE}")
        self.runner.run(*write, stdin=_origin(props))

    def _adopt(self, props: Properties) -> Properties | None:
        """What is to know of a cluster that a killed run completed; None of any other."""
        name = props["name"]
        try:
            origin = self.runner.run("docker", "exec", _leader(name), "cat", _COMPLETE)
            return self._read(name) if origin == _origin(props) else None
        except CommandError:
            return None

    def _is_another(self, name: str, uid: str) -> bool:
        try:
            return self._uid(self._kubeconfig(name)) != uid
        except CommandError:
            return False  # it does not answer, as a cluster that was just made would

    def _read(self, name: str) -> Properties:
        """What is to know of a cluster, which is added to the user's kubeconfig."""
        kubeconfig = self._kubeconfig(name)
        uid = self._uid(kubeconfig)
        add_context(self.runner, kubeconfig)
        server: str = yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["server"]
        api_port = int(server.rpartition(":")[2])
        return dict(zip(_COMPUTED, (kubeconfig, f"kind-{name}", uid, api_port), strict=True))

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
    before, after = {**_BEFORE, **olds}, {**_BEFORE, **news}
    return [key for key in _FOR_LIFE if before.get(key) != after[key]]


def _told(key: str, olds: Properties, news: Properties) -> str:
    """A change in the words of the stack file."""
    if key == "balanced":
        return (
            "several control planes need a load balancer, and this cluster was made with one "
            "control plane and without `ha: ready`"
        )
    return f"{key} {_shown({**_BEFORE, **olds}.get(key))} -> {_shown(news.get(key))}"


def _shown(value: Any) -> Any:
    """A value as the stack file has it: numbers cross the engine as floats."""
    return int(value) if isinstance(value, float) else value


def _origin(props: Properties) -> str:
    """What a cluster is made from, as text."""
    known = {**_BEFORE, **props}
    return json.dumps({key: known[key] for key in _FOR_LIFE}, sort_keys=True) + "\n"


def _trial(name: str) -> str:
    """The network that shows which addresses are free."""
    return f"{name}-trial"


def _leader(name: str) -> str:
    """The container of the first control plane, as kind names it."""
    return node_names(name, CONTROL_PLANE, 1)[0]


def _nodes(runner: Runner, name: str) -> list[dict[str, Any]]:
    return list(inspect_all(runner, f"{labels.CLUSTER}={name}"))


def _is_control_plane(node: dict[str, Any]) -> bool:
    return role_of(node) == CONTROL_PLANE


class KindCluster(Resource, module="slipway", name="KindCluster"):
    """A cluster of kind's.

    Inputs: name, image, version (of Kubernetes, which the image has to have); podSubnet,
    serviceSubnet, kubeProxyMode, featureGates; hostPort, nodePort, registry (its name), mark;
    balanced, whether a load balancer, of balancerImage, stands before its control planes; workers
    (`mounts` and `ports` of each), with which it is made, and which KindNodes looks after from
    then on, as after further control planes, of which controlPlanes is the number; replace,
    whether a change of the others, which makes the cluster anew, is allowed.

    The user's kubeconfig gets a context `kind-<name>`; its current context stays what it is.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    api_port: pulumi.Output[int]
    """Port of this machine that leads to the API."""

    balanced: pulumi.Output[bool]
    """Whether a load balancer stands before the control planes."""

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        computed = dict.fromkeys(_COMPUTED)
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(KindClusterProvider(), name, {**inputs, **computed}, opts)
