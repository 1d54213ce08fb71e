"""ClusterIdentity: the one cluster that a stack deploys to, and no other that takes its name."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pulumi
import yaml
from pulumi.dynamic import CheckFailure, DiffResult, Resource

from ..dynamic import DynamicProvider, Inputs, Preflight, Properties
from ..k8s.access import ClusterAccess
from ..k8s.facts import (
    ClusterFacts,
    context_of,
    facts,
    server_of,
    unreachable,
)
from ..k8s.kubectl import kubectl
from ..k8s.versions import unsupported
from ..machine.runner import CommandError, LocalError
from . import stack_state

_VIEW = ("config", "view", "--minify", "--flatten", "--raw")
_PROVIDER = "CloudTarget$pulumi:providers:kubernetes"
"""End of the type of the provider in the state, with that of its parent."""

_FACTS = ("kubeconfig", "uid", "server", "platforms")


class _Known(Inputs):
    """The cluster that the stack deployed to, as far as it is known."""

    uid: str | None = None
    server: str | None = None
    kubeconfig: str = ""


class _Inputs(_Known):
    """The cluster to deploy to, and the facts that `preflight` fills in."""

    context: str | None
    given: str | None = None
    stack: str
    pinned_uid: str | None = None
    least_nodes: int = 0


class ClusterIdentityProvider(DynamicProvider[_Inputs]):
    """Refuses every cluster but the stack's.

    In `preflight`, which runs in previews too, and before anything that depends on the cluster is
    registered.
    """

    inputs = _Inputs

    def preflight(self, olds: _Inputs | None, news: _Inputs) -> Preflight:
        try:
            kubeconfig = self._kubeconfig(news)
            context = context_of(kubeconfig)
            current = self._facts(context, kubeconfig)
            known = self._known(olds, news)
            if known.uid == current.uid:
                kubeconfig = self._without_replacement(context, kubeconfig, known, news)
        except LocalError as error:
            return Preflight(failures=[CheckFailure("context", str(error))])
        expected = news.pinned_uid or known.uid
        if expected and expected != current.uid:
            message = _wrong_cluster(context, current, expected, known, news.pinned_uid)
        else:
            message = _unfit(context, current, news.least_nodes)
        filled = {
            "context": context,
            "kubeconfig": kubeconfig,
            "uid": current.uid,
            "server": server_of(kubeconfig),
            "platforms": list(current.platforms),
        }
        return Preflight(filled, [CheckFailure("context", message)] if message else [])

    def identify(self, news: _Inputs) -> str:
        return str(news.uid)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        moved = self._parse(_olds).uid != self._parse(_news).uid
        changes = super().diff(_id, _olds, _news).changes
        return DiffResult(changes=changes, replaces=["uid"] if moved else [])

    def _without_replacement(
        self, context: str, kubeconfig: str, known: _Known, news: _Inputs
    ) -> str:
        """Return the kubeconfig with which the provider in the state is not replaced.

        A provider that gets the UID and another address in one step is replaced, and all objects
        with it. One of an earlier version has no UID: it keeps its address for that step.
        """
        if not known.kubeconfig or _cluster_of(known.kubeconfig) == _cluster_of(kubeconfig):
            return kubeconfig
        providers = [
            resource["inputs"]
            for resource in self._resources(news)
            if resource["urn"].rpartition("::")[0].endswith(_PROVIDER)
        ]
        if all(provider.get("clusterIdentifier") == known.uid for provider in providers):
            return kubeconfig
        with suppress(CommandError):
            if facts(self.runner, known.kubeconfig).uid == known.uid:
                return known.kubeconfig
        raise LocalError(
            f"refused: the stack's cluster {known.uid} was at {known.server} at the last `up`, and "
            f"the context {context} now has another address or certificate authority for it, "
            f"{server_of(kubeconfig)}",
            details="an earlier version deployed the stack, and its state would take this for "
            "another cluster: every object would be deleted and recreated",
            next_step="run `pulumi up` once where the former address answers; after that it may "
            "change",
        )

    def _facts(self, context: str, kubeconfig: str) -> ClusterFacts:
        try:
            return facts(self.runner, kubeconfig)
        except CommandError as error:
            raise unreachable(context, server_of(kubeconfig), error) from None

    def _known(self, olds: _Inputs | None, news: _Inputs) -> _Known:
        """Return the stack's cluster; without a UID for a new stack.

        Without old inputs the stack is new, or a `--replace` recreates the identity and hides
        them: then the state has it.
        """
        if olds or news.pinned_uid:
            return olds or _Known()
        outputs = stack_state.of_type(self._resources(news), "ClusterIdentity")
        # The kubeconfig is encrypted there.
        return _Known.parse({**outputs[0], "kubeconfig": ""}) if outputs else _Known()

    def _resources(self, news: _Inputs) -> list[dict[str, Any]]:
        """Return the resources of the stack's state."""
        try:
            return stack_state.resources(self.runner, news.stack)
        except CommandError as error:
            raise LocalError(
                f"cannot read from its state whether the stack {news.stack} has a cluster already",
                details=error,
                next_step="to deploy all the same, set `uid` of the target to the cluster's UID "
                "(in a stack file: pulumi config set --path slipway:target.uid UID)",
            ) from None

    def _kubeconfig(self, news: _Inputs) -> str:
        return self._reduced(news.given) if news.given else self._of_user(str(news.context))

    def _of_user(self, context: str) -> str:
        """Return the user's kubeconfig, reduced to one context, with its files inline."""
        try:
            return self.runner.run("kubectl", *_VIEW, "--context", context)
        except CommandError as error:
            names = self.runner.run("kubectl", "config", "get-contexts", "--output=name").split()
            contexts = f"it has {', '.join(names)}" if names else "it has none at all"
            raise LocalError(
                f"the kubeconfig has no usable context {context}; {contexts}",
                details=error,
                next_step="set `context` of the target to one of them, or KUBECONFIG to the files "
                "that have it",
            ) from None

    def _reduced(self, given: str) -> str:
        """Return the kubeconfig of another stack, reduced to its current context."""
        try:
            return kubectl(self.runner, given, *_VIEW)
        except CommandError as error:
            raise LocalError(
                "the output `kubeconfig` of the stack that `clusterStack` of the target names is "
                "no kubeconfig with a current context",
                details=error,
            ) from None


def _cluster_of(kubeconfig: str) -> dict[str, Any]:
    """Return the cluster of a kubeconfig with one context: its address and authority."""
    return yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]


def _wrong_cluster(
    context: str, current: ClusterFacts, expected: str, known: _Known, pinned: str | None
) -> str:
    at = f" at {known.server}" if known.uid == expected else ""
    source = "`uid` of the target names" if pinned else "this stack deployed to"
    return (
        f"refused: {source} the cluster {expected}{at}, and the context {context} now leads to the "
        f"cluster {current.uid} at {current.server}. If KUBECONFIG or the context is wrong, "
        "choose the right one. To move the stack on purpose, set `uid` of the target (in a stack "
        f"file: pulumi config set --path slipway:target.uid {current.uid})"
    )


def _unfit(context: str, current: ClusterFacts, least_nodes: int) -> str | None:
    """Return why the stack's own cluster cannot be deployed to, or None."""
    if message := unsupported(current.version):
        return f"the cluster of context {context} at {current.server}: {message}"
    if current.nodes and len(current.nodes) < least_nodes:
        return (
            f"the cluster of context {context} at {current.server} has {len(current.nodes)} nodes, "
            f"and production needs {least_nodes}; add nodes, or unset `production`"
        )
    return None


@dataclass(frozen=True)
class ClusterIdentityArgs:
    """The cluster that a stack is to deploy to."""

    context: str | None
    """Context of the user's kubeconfig; its name is not needed where a kubeconfig is given."""

    given: pulumi.Input[str] | None = None
    """Kubeconfig instead of the user's own."""

    pinned_uid: str | None = None
    """UID of the cluster; the first one is remembered unless set."""

    least_nodes: int = 0
    """Number of nodes below which the cluster is refused."""


class ClusterIdentity(Resource, module="slipway", name="ClusterIdentity"):
    """The cluster behind a kubeconfig context (or a `given` kubeconfig), remembered by its UID."""

    context: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    uid: pulumi.Output[str]
    server: pulumi.Output[str]
    platforms: pulumi.Output[list[str]]
    """Platforms of the nodes, e.g. `linux/amd64`, sorted."""

    def __init__(
        self,
        name: str,
        args: ClusterIdentityArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "context": args.context,
            "given": None if args.given is None else pulumi.Output.secret(args.given),
            "stack": pulumi.get_stack(),
            "pinnedUid": args.pinned_uid,
            "leastNodes": args.least_nodes,
            **dict.fromkeys(_FACTS),
            # Given as a secret: what `check` fills in under a secret's name is one in the state.
            "kubeconfig": pulumi.Output.secret(""),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig", "given"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(ClusterIdentityProvider(), name, inputs, opts)

    @property
    def access(self) -> ClusterAccess:
        """Access to the cluster."""
        return ClusterAccess(self.kubeconfig, self.context, self.uid)
