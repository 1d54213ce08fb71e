"""MinikubeProfile: a Kubernetes cluster in containers, made or adopted by minikube."""

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
from .engine import inspect, ipv4_config, require_engine
from .kubeconfig import add_context, remove_context
from .kubectl import kubectl
from .minikube import Minikube, Profile
from .provider import LocalProvider, Properties, without, without_provider
from .runner import CommandError, LocalError, Runner
from .strangers import mark_of

_COMPLETE = "/var/lib/slipway-complete"
"""File in the first node with the mark of the stack whose `minikube start` went well."""

_SIZES = ("driver", "containerRuntime", "kubernetesVersion", "ha", "memory", "cpus")
_FOR_LIFE = ("name", *_SIZES, "baseImage", "mark")
_COMPUTED = ("kubeconfig", "context", "uid", "address", "adopted")


class MinikubeProfileProvider(LocalProvider):
    """Creates, adopts and deletes. What is half made and ours is cleared away and made anew.

    What tells ours from a stranger's is the mark on the profile's container network, which is
    made before minikube would, and removed last. A profile without any is the user's: where it
    may be adopted it is started and used, and it is never deleted.

    A replacement is created before the old one is deleted, and takes its place, as with kind.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        inputs = without(news, *_COMPUTED)
        try:
            told = self._refusal(_olds, inputs)
            if told is None and (not _olds or _changed(_olds, inputs)):
                inputs |= self._adoptable(inputs)
        except LocalError as error:
            told = str(error)
        return CheckResult(inputs, [CheckFailure("name", told)] if told else [])

    def create(self, props: Properties) -> CreateResult:
        require_engine(self.runner)
        minikube = Minikube(self.runner, props["name"])
        profile = minikube.look()
        # The check looked already, but a `create` may come much later.
        if told := self._whose(props, profile):
            raise LocalError(told)
        adopted = profile is not None and not self._is_ours(props)
        if adopted:
            self._start(minikube)
        elif profile is None or not self._is_complete(minikube, profile, props):
            self._make(minikube, props)
        found = self._read(minikube)
        add_context(self.runner, found["kubeconfig"])
        outputs = {**without_provider(props), **found, "adopted": adopted}
        return CreateResult(found["uid"], outputs)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = _changed(_olds, _news)
        if not changed and inspect(self.runner, "container", _news["name"]) is None:
            changed = ["name"]  # removed behind our back: it is made again
        return DiffResult(
            changes=bool(changed), replaces=changed, stables=[] if changed else list(_COMPUTED)
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult({**without_provider(_news), **{key: _olds[key] for key in _COMPUTED}})

    def read(self, id_: str, props: Properties) -> ReadResult:
        if inspect(self.runner, "container", props["name"]) is None:
            return ReadResult("", {})
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        if _props["adopted"]:
            return
        require_engine(self.runner)
        minikube = Minikube(self.runner, _props["name"])
        network = inspect(self.runner, "network", minikube.profile)
        node = inspect(self.runner, "container", minikube.profile)
        if node is not None and (network is None or mark_of(network) != _props["mark"]):
            return  # ours is gone; what has its name now is not ours to remove
        if node is not None and self._is_another(minikube, _props["uid"]):
            return  # replaced already
        self._clear(minikube)
        remove_context(self.runner, minikube.profile)

    def _refusal(self, olds: Properties, news: Properties) -> str | None:
        """Why a profile cannot be what is asked for; None if it can, as far as one can tell."""
        require_engine(self.runner)
        changed = _changed(olds, news) if olds else []
        if olds and not changed and olds.get("nodes") == news.get("nodes"):
            return None
        minikube = Minikube(self.runner, news["name"])
        profile = minikube.look()
        if told := self._whose(news, profile):
            return told
        if profile is None:
            minikube.validate(*_flags(news))
        elif changed and self._is_ours(news) and not news["replace"]:
            shown = ", ".join(f"{key} {olds.get(key)} -> {news.get(key)}" for key in changed)
            return (
                f"refused: {shown} makes the profile {news['name']} anew, and everything on it is "
                "lost; to allow it: pulumi config set --path slipway:target.replaceCluster true"
            )
        return None

    def _whose(self, props: Properties, profile: Profile | None) -> str | None:
        """Why the stack cannot have this profile; None for its own, the user's and none at all."""
        name, network = props["name"], inspect(self.runner, "network", props["name"])
        mark = None if network is None else mark_of(network)
        if mark == props["mark"]:
            return None
        if mark is not None:
            return (
                f"there already, and not made by this stack: the minikube profile {name}. Another "
                "stack or checkout made it: set slipway:target.profile to another name. If "
                f"nobody needs it: minikube delete --profile {name}"
            )
        if profile is None:
            if network is None:
                return None
            return (
                f"there already, and not made by this stack: the container network {name}. If "
                f"nobody needs it: docker network rm {name}"
            )
        if not props["adopt"]:
            return (
                f"there already, and not made by this stack: the minikube profile {name}. To use "
                f"it as it is: pulumi config set --path slipway:target.profile {name}. If nobody "
                f"needs it: minikube delete --profile {name}"
            )
        said = {**profile.said(), "nodes": len(profile.nodes)}
        differs = {
            key: (said[key], props[key])
            for key in (*_SIZES, "nodes")
            if props.get(key) and _plain(props[key]) != _plain(said[key])
        }
        if not differs:
            return None
        shown = ", ".join(f"{key} {has}, not {asked}" for key, (has, asked) in differs.items())
        return (
            f"the minikube profile {name} is there already, made by somebody else, and has "
            f"{shown}. It is used as it is, so ask for the same or leave it out; or set "
            "slipway:target.profile to another name, and the stack makes one of its own"
        )

    def _adoptable(self, props: Properties) -> Properties:
        """What is to know of a profile of the user that runs, so that a preview can look at it."""
        minikube = Minikube(self.runner, props["name"])
        if minikube.look() is None or self._is_ours(props) or minikube.state() != "running":
            return {}
        return {**self._read(minikube), "adopted": True}

    def _is_ours(self, props: Properties) -> bool:
        network = inspect(self.runner, "network", props["name"])
        return network is not None and mark_of(network) == props["mark"]

    def _is_complete(self, minikube: Minikube, profile: Profile, props: Properties) -> bool:
        """Whether this is a profile as asked for, which a killed run completed."""
        said = profile.said()
        if any(props.get(key) and _plain(props[key]) != _plain(said[key]) for key in _SIZES):
            return False
        try:
            self._start(minikube)
            name = minikube.profile
            mark = self.runner.run("docker", "exec", name, "cat", _COMPLETE).strip()
        except LocalError:
            return False
        return mark == props["mark"]

    def _start(self, minikube: Minikube) -> None:
        """Start a profile that is stopped."""
        state = minikube.state()
        if state in ("broken", "missing"):
            raise LocalError(
                f"the minikube profile {minikube.profile} is neither running nor stopped, and this "
                f"stack did not make it: `minikube status --profile {minikube.profile}` says more; "
                f"`minikube delete --profile {minikube.profile}` removes it, and the next "
                "`pulumi up` makes one of the stack's own"
            )
        if state == "stopped":
            minikube.start()

    def _make(self, minikube: Minikube, props: Properties) -> None:
        name, mark = minikube.profile, props["mark"]
        self._clear(minikube)
        marks = (f"{labels.MARK}={mark}", labels.MINIKUBE)
        create = ("docker", "network", "create", *(f"--label={one}" for one in marks))
        # Only in a network whose addresses were given may a container have one that was given:
        # the engine chooses, and is given what it chose.
        self.runner.run(*create, name)
        config = ipv4_config(inspect(self.runner, "network", name) or {})
        self.runner.run("docker", "network", "rm", name)
        subnet = (f"--subnet={config['Subnet']}", f"--gateway={config['Gateway']}")
        self.runner.run(*create, *subnet, name)
        minikube.start(*_flags(props))
        script = f"echo {mark} > {_COMPLETE}"
        self.runner.run("docker", "exec", name, "sh", "-c", script)

    def _clear(self, minikube: Minikube) -> None:
        """Remove what there is of a profile of ours, its network included."""
        network = inspect(self.runner, "network", minikube.profile)
        nodes = f"{minikube.profile}-m"
        members: dict[str, Any] = (network or {}).get("Containers") or {}
        for id_, member in members.items():
            # minikube would leave a network that anybody else is on.
            if member["Name"] != minikube.profile and not member["Name"].startswith(nodes):
                leave = ("docker", "network", "disconnect", "--force", minikube.profile, id_)
                self.runner.run(*leave)
        node = inspect(self.runner, "container", minikube.profile)
        if node is not None or minikube.look() is not None:
            minikube.delete()
        if inspect(self.runner, "network", minikube.profile) is not None:
            self.runner.run("docker", "network", "rm", minikube.profile)

    def _is_another(self, minikube: Minikube, uid: str) -> bool:
        try:
            return self._uid(minikube.kubeconfig()) != uid
        except CommandError:
            return False  # it does not answer, as a profile that was just made would

    def _read(self, minikube: Minikube) -> Properties:
        """What is to know of a running profile."""
        kubeconfig = minikube.kubeconfig()
        profile = minikube.look()
        if profile is None:
            raise LocalError(f"the minikube profile {minikube.profile} is gone again")
        return {
            "kubeconfig": kubeconfig,
            "context": minikube.profile,
            "uid": self._uid(kubeconfig),
            "address": profile.nodes[0].address,
        }

    def _uid(self, kubeconfig: str) -> str:
        asked = ("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
        return kubectl(self.runner, kubeconfig, *asked)


def _flags(props: Properties) -> list[str]:
    """The flags with which `minikube start` makes what is asked for."""
    named = {
        "--container-runtime": props["containerRuntime"],
        "--kubernetes-version": props.get("kubernetesVersion"),
        "--memory": f"{_plain(props['memory'])}mb" if props.get("memory") else None,
        "--cpus": _plain(props.get("cpus") or ""),
        "--base-image": props.get("baseImage"),
        "--nodes": _plain(props.get("nodes") or 1),
    }
    return [*(f"{k}={v}" for k, v in named.items() if v), *(["--ha"] if props.get("ha") else [])]


def _plain(value: Any) -> str:
    """A setting as minikube shows it: a number crosses the engine as a float, a version may lack
    its v."""
    if isinstance(value, float):
        return str(int(value))
    return str(value).removeprefix("v")


def _changed(olds: Properties, news: Properties) -> list[str]:
    """What differs of the things that a profile has for life."""
    return [key for key in _FOR_LIFE if olds.get(key) != news.get(key)]


class MinikubeProfile(Resource, module="slipway", name="MinikubeProfile"):
    """A profile of minikube's.

    Inputs: name, driver, containerRuntime, kubernetesVersion, ha, memory, cpus and baseImage,
    where given, and mark; nodes, with which it is made, and which MinikubeNodes looks after from
    then on; adopt, whether a profile of the user may be used; replace, whether a change of the
    others, which makes it anew, is allowed.

    The user's kubeconfig gets a context of the profile's name; its current context stays what it
    is.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    address: pulumi.Output[str]
    """IP address of the first node."""

    adopted: pulumi.Output[bool]
    """Whether it was there already; it is not deleted then."""

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # The kubeconfig as a secret: what the check fills in there is one in the state.
        computed = {**dict.fromkeys(_COMPUTED), "kubeconfig": pulumi.Output.secret("")}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(MinikubeProfileProvider(), name, {**inputs, **computed}, opts)
