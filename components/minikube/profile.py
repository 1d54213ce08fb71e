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

from ..dynamic import LocalProvider, Properties, without, without_provider
from ..k8s.kubeconfig import add_context, remove_context
from ..k8s.kubectl import kubectl
from ..machine import labels
from ..machine.conflicts import mark_of
from ..machine.docker import inspect, ipv4_config, require_engine
from ..machine.runner import CommandError, LocalError, Runner
from .cli import Minikube, Profile
from .preflight import is_ours, loss_refusal, profile_refusal, strangers_profile
from .start_flags import SIZES, changed, differing, start_flags

_COMPLETE = "/var/lib/slipway-complete"
"""File in the first node with the mark of the stack whose `minikube start` went well."""

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
            require_engine(self.runner)
            told = profile_refusal(self.runner, _olds, inputs)
            if told is None and (not _olds or changed(_olds, inputs)):
                inputs |= self._adoptable(inputs)
        except LocalError as error:
            told = str(error)
        return CheckResult(inputs, [CheckFailure("name", told)] if told else [])

    def create(self, props: Properties) -> CreateResult:
        require_engine(self.runner)
        minikube = Minikube(self.runner, props["name"])
        profile = minikube.look()
        # The check looked already, but a `create` may come much later.
        if told := strangers_profile(self.runner, props, profile):
            raise LocalError(told)
        adopted = profile is not None and not is_ours(self.runner, props)
        if adopted:
            self._start(minikube)
        elif profile is None or not self._is_complete(minikube, profile, props):
            self._make(minikube, props)
        found = self._read(minikube)
        add_context(self.runner, found["kubeconfig"])
        outputs = {**without_provider(props), **found, "adopted": adopted}
        return CreateResult(found["uid"], outputs)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        differs = changed(_olds, _news)
        if not differs and self._is_lost(_olds):
            differs = ["name"]  # removed behind our back: it is made again
            if told := loss_refusal(self.runner, _news):
                raise LocalError(told)
        return DiffResult(
            changes=bool(differs), replaces=differs, stables=[] if differs else list(_COMPUTED)
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult({**without_provider(_news), **{key: _olds[key] for key in _COMPUTED}})

    def read(self, id_: str, props: Properties) -> ReadResult:
        if self._is_lost(props):
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

    def _is_lost(self, known: Properties) -> bool:
        """Whether a profile is gone, or another one has its place; a stopped one is what it was."""
        node = inspect(self.runner, "container", known["name"])
        if node is None or not node["State"]["Running"]:
            return node is None
        minikube = Minikube(self.runner, known["name"])
        # One authority signs for all profiles of a name: the old kubeconfig may lead to a new one.
        for kubeconfig in (lambda: known["kubeconfig"], minikube.kubeconfig):
            try:
                return self._uid(kubeconfig()) != known["uid"]
            except CommandError:
                continue
        return not known["adopted"] and self._is_begun(known["name"])

    def _is_another(self, minikube: Minikube, uid: str) -> bool:
        try:
            return self._uid(minikube.kubeconfig()) != uid
        except CommandError:
            return False  # it does not answer, as a profile that was just made would

    def _is_begun(self, name: str) -> bool:
        """Whether a killed run began to make the profile, and did not complete it."""
        try:
            self.runner.run("docker", "exec", name, "cat", _COMPLETE)
        except CommandError as error:
            return "no such file" in error.output.lower()
        return False

    def _adoptable(self, props: Properties) -> Properties:
        """What is to know of a profile of the user that runs, so that a preview can look at it."""
        minikube = Minikube(self.runner, props["name"])
        if minikube.look() is None or is_ours(self.runner, props) or minikube.state() != "running":
            return {}
        return {**self._read(minikube), "adopted": True}

    def _is_complete(self, minikube: Minikube, profile: Profile, props: Properties) -> bool:
        """Whether this is a profile as asked for, which a killed run completed."""
        said = profile.said()
        if differing(props, {key: said[key] for key in SIZES}):
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
        minikube.start(*start_flags(props))
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
