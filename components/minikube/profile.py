"""MinikubeProfile: a Kubernetes cluster in containers, made by minikube or adopted."""

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from ..dynamic import DynamicProvider, Preflight, Properties
from ..k8s.facts import cluster_uid
from ..k8s.kubeconfig import add_context, remove_context
from ..machine.conflicts import mark_of
from ..machine.docker import inspect, require_engine
from ..machine.runner import CommandError, LocalError
from .cli import Minikube
from .creation import is_complete, is_incomplete, make_profile, remove_profile, start_stopped
from .inputs import (
    MinikubeProfileInputs,
    MinikubeProfileState,
    ProfileOutputs,
    ProfileSettings,
)
from .preflight import is_owned, loss_refusal, ownership_refusal, profile_refusal


class MinikubeProfileProvider(DynamicProvider[MinikubeProfileInputs]):
    """Creates, adopts and deletes. An incomplete profile of the stack is removed and recreated.

    The stack owns a profile whose container network carries its mark. That network is made before
    minikube would make it, and removed last. A profile without a mark is the user's: where it may
    be adopted it is started and used, and it is never deleted.

    A replacement is created before the old one is deleted, and takes its place, as with kind.
    """

    inputs = MinikubeProfileInputs
    outputs = frozenset(ProfileOutputs.model_fields)

    def preflight(
        self, olds: MinikubeProfileInputs | None, news: MinikubeProfileInputs
    ) -> Preflight:
        try:
            require_engine(self.runner)
            refusal = profile_refusal(self.runner, olds, news)
            if refusal is None and (olds is None or news.changed(olds)):
                return Preflight(self._adoptable(news))
        except LocalError as error:
            refusal = error
        return Preflight(failures=[CheckFailure("name", str(refusal))] if refusal else [])

    def create(self, props: Properties) -> CreateResult:
        made = self._create(MinikubeProfileInputs.parse(props))
        return CreateResult(made.uid, {**self.kept(props), **made.properties})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = MinikubeProfileState.parse(_olds), MinikubeProfileInputs.parse(_news)
        differs = news.changed(olds)
        if not differs and self._is_lost(olds):
            differs = ["name"]  # removed outside of Pulumi: it is recreated
            if refusal := loss_refusal(self.runner, news):
                raise refusal
        return DiffResult(
            changes=bool(differs), replaces=differs, stables=[] if differs else list(self.outputs)
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        outputs = ProfileOutputs.parse(_olds)
        return UpdateResult({**self.kept(_news), **outputs.properties})

    def read(self, id_: str, props: Properties) -> ReadResult:
        if self._is_lost(MinikubeProfileState.parse(props)):
            return ReadResult("", {})
        return ReadResult(id_, self.kept(props))

    def delete(self, _id: str, _props: Properties) -> None:
        known = MinikubeProfileState.parse(_props)
        if known.adopted:
            return
        require_engine(self.runner)
        minikube = Minikube(self.runner, known.name)
        network = inspect(self.runner, "network", known.name)
        node = inspect(self.runner, "container", known.name)
        if node is not None and (network is None or mark_of(network) != known.mark):
            return  # the stack's own is missing; what has its name now has another owner
        if node is not None and self._is_another(minikube, known.uid):
            return  # replaced already
        remove_profile(self.runner, minikube)
        remove_context(self.runner, known.name)

    def _create(self, news: MinikubeProfileInputs) -> ProfileOutputs:
        require_engine(self.runner)
        minikube = Minikube(self.runner, news.name)
        profile = minikube.get()
        # The check did this too, but a `create` may come much later.
        if refusal := ownership_refusal(self.runner, news, profile):
            raise refusal
        adopted = profile is not None and not is_owned(self.runner, news)
        if adopted:
            start_stopped(minikube)
        elif profile is None or not is_complete(self.runner, minikube, profile, news):
            make_profile(self.runner, minikube, news)
        outputs = self._outputs(minikube, adopted=adopted)
        add_context(self.runner, outputs.kubeconfig)
        return outputs

    def _adoptable(self, news: MinikubeProfileInputs) -> Properties:
        """Return the outputs of a running profile of the user, which a preview can then show."""
        minikube = Minikube(self.runner, news.name)
        if minikube.get() is None or is_owned(self.runner, news) or minikube.state() != "running":
            return {}
        return self._outputs(minikube, adopted=True).properties

    def _outputs(self, minikube: Minikube, *, adopted: bool) -> ProfileOutputs:
        """Return the outputs of a running profile."""
        kubeconfig = minikube.kubeconfig()
        profile = minikube.get()
        if profile is None:
            raise LocalError(
                f"the minikube profile {minikube.profile} was deleted meanwhile",
                next_step="`pulumi up` recreates it",
            )
        return ProfileOutputs(
            kubeconfig=kubeconfig,
            context=minikube.profile,
            uid=cluster_uid(self.runner, kubeconfig),
            address=profile.nodes[0].address,
            adopted=adopted,
        )

    def _is_lost(self, known: MinikubeProfileState) -> bool:
        """Return whether a profile is missing, or another has its place; a stopped one is not."""
        node = inspect(self.runner, "container", known.name)
        if node is None or not node["State"]["Running"]:
            return node is None
        minikube = Minikube(self.runner, known.name)
        # One authority signs for all profiles of a name: the old kubeconfig may lead to a new one.
        for kubeconfig in (lambda: known.kubeconfig, minikube.kubeconfig):
            try:
                return cluster_uid(self.runner, kubeconfig()) != known.uid
            except CommandError:
                continue
        return not known.adopted and is_incomplete(self.runner, known.name)

    def _is_another(self, minikube: Minikube, uid: str) -> bool:
        try:
            return cluster_uid(self.runner, minikube.kubeconfig()) != uid
        except CommandError:
            return False  # it does not answer, as a profile that was just made would


class MinikubeProfile(Resource, module="slipway", name="MinikubeProfile"):
    """A profile of minikube's, with the number of nodes that it is made with.

    MinikubeNodes changes that number later on. The user's kubeconfig gets a context of the
    profile's name; its current context stays as it is.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    address: pulumi.Output[str]
    """IP address of the first node."""

    adopted: pulumi.Output[bool]
    """Whether the user made it; it is not deleted then."""

    def __init__(
        self,
        name: str,
        settings: ProfileSettings,
        *,
        mark: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        # The kubeconfig as a secret: what the check fills in there is one in the state.
        computed = {
            **dict.fromkeys(ProfileOutputs.model_fields),
            "kubeconfig": pulumi.Output.secret(""),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        inputs = {**settings.model_dump(by_alias=True), "mark": mark, **computed}
        super().__init__(MinikubeProfileProvider(), name, inputs, opts)
