"""MinikubeProfile: a Kubernetes cluster in containers, made by minikube or adopted."""

import pulumi
from pulumi.dynamic import CheckFailure, CreateResult, DiffResult, ReadResult, Resource

from ..dynamic import DynamicProvider, Preflight, Properties
from ..k8s.kubeconfig import add_context, remove_context
from ..machine.conflicts import mark_of
from ..machine.docker import inspect, require_engine
from ..machine.runner import LocalError
from .cli import Minikube
from .creation import is_complete, make_profile, remove_profile, start_stopped
from .identity import (
    adoptable_outputs,
    current_outputs,
    is_another,
    is_lost,
    is_renewed,
    is_running,
    known_outputs,
)
from .inputs import (
    MinikubeProfileInputs,
    MinikubeProfileState,
    ProfileOutputs,
    ProfileSettings,
)
from .members import MinikubeCluster
from .preflight import is_owned, loss_refusal, ownership_refusal, profile_refusal


class MinikubeProfileProvider(DynamicProvider[MinikubeProfileState]):
    """Creates, adopts, starts and deletes. An incomplete profile of the stack is removed and
    recreated.

    The stack owns a profile whose container network carries its mark. That network is made before
    minikube would make it, and removed last. A profile without a mark is the user's: where it may
    be adopted it is started and used, and it is never deleted.

    A replacement is created before the old one is deleted, and takes its place, as with kind.

    The way to a profile is none of its identity: another address, authority or certificate is an
    update. The check fills it in, as the outputs of a previewed update are its inputs.
    """

    inputs = MinikubeProfileState
    outputs = frozenset(ProfileOutputs.model_fields)

    def preflight(self, olds: MinikubeProfileState | None, news: MinikubeProfileState) -> Preflight:
        try:
            require_engine(self.runner)
            refusal = profile_refusal(self.runner, olds, news)
            if refusal is None:
                return Preflight(self._known(olds, news))
        except LocalError as error:
            refusal = error
        return Preflight(failures=[CheckFailure("name", str(refusal))])

    def create(self, props: Properties) -> CreateResult:
        made = self._create(MinikubeProfileInputs.parse(props))
        return CreateResult(str(made.uid), {**self.kept(props), **made.properties})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = self._parse(_olds), self._parse(_news)
        differs = news.changed(olds)
        if not differs and not news.uid:  # it did not answer the check, and may now
            news = self._parse({**_news, **known_outputs(self.runner, olds)})
        if not differs and news.uid != olds.uid and is_lost(self.runner, olds):
            differs = ["name"]  # removed outside of Pulumi: it is recreated
            if refusal := loss_refusal(self.runner, news):
                raise refusal
        in_place = None if differs else self._change_in_place(olds, news)
        if in_place:
            print(f"the minikube profile {news.name}: {in_place}", flush=True)
        return DiffResult(changes=bool(differs or in_place), replaces=differs)

    def ensure(self, news: MinikubeProfileState, olds: MinikubeProfileState | None) -> Properties:
        """Start the profile where it is stopped, and return the current way to it."""
        require_engine(self.runner)
        minikube = Minikube(self.runner, news.name)
        was_stopped = not is_running(self.runner, news.name)
        if was_stopped:
            minikube.start()
        adopted = not is_owned(self.runner, news)
        current = current_outputs(self.runner, minikube, adopted=adopted)
        if olds and current.uid != olds.uid:
            raise LocalError(
                f"the minikube profile {news.name} is another cluster than the one that this "
                "stack deployed to",
                next_step="run `pulumi up` again, whose preview shows what is lost",
            )
        add_context(self.runner, current.kubeconfig)
        if was_stopped:
            MinikubeCluster(self.runner, news.name, current.kubeconfig).wait_until_ready()
        return current.properties

    def read(self, id_: str, props: Properties) -> ReadResult:
        if is_lost(self.runner, self._parse(props)):
            return ReadResult("", {})
        return ReadResult(id_, self.kept(props))

    def remove(self, olds: MinikubeProfileState) -> None:
        if olds.adopted:
            return
        require_engine(self.runner)
        network = inspect(self.runner, "network", olds.name)
        node = inspect(self.runner, "container", olds.name)
        if node is not None and (network is None or mark_of(network) != olds.mark):
            return  # the stack's own is missing; what has its name now has another owner
        if node is not None and is_another(self.runner, olds.name, olds.uid):
            return  # replaced already
        remove_profile(self.runner, Minikube(self.runner, olds.name))
        remove_context(self.runner, olds.name)

    def _known(self, olds: MinikubeProfileState | None, news: MinikubeProfileState) -> Properties:
        """Return the outputs as far as a preview can know them."""
        if olds is None or news.changed(olds):
            return adoptable_outputs(self.runner, news)
        return known_outputs(self.runner, olds)

    def _change_in_place(
        self, olds: MinikubeProfileState, news: MinikubeProfileState
    ) -> str | None:
        """Return what an update is to change, in words; None if nothing is."""
        if not is_running(self.runner, news.name):
            return "stopped, will be started"
        if is_renewed(olds, news):
            return "another address or other certificates: renewed in place"
        return None

    def _create(self, news: MinikubeProfileInputs) -> ProfileOutputs:
        require_engine(self.runner)
        minikube = Minikube(self.runner, news.name, news.registry)
        profile = minikube.get()
        # The check did this too, but a `create` may come much later.
        if refusal := ownership_refusal(self.runner, news, profile):
            raise refusal
        adopted = profile is not None and not is_owned(self.runner, news)
        if adopted:
            start_stopped(minikube)
        elif profile is None or not is_complete(self.runner, minikube, profile, news):
            make_profile(self.runner, minikube, news)
        outputs = current_outputs(self.runner, minikube, adopted=adopted)
        add_context(self.runner, outputs.kubeconfig)
        return outputs


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
