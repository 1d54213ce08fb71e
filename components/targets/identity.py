"""ClusterIdentity: the one cluster that a stack deploys to, and no other that takes its name."""

import json
import tempfile
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource

from ..dynamic import LocalProvider, Properties, without_provider
from ..k8s.facts import ClusterFacts, context_of, facts, server_of, unreachable
from ..k8s.versions import refusal
from ..machine.runner import CommandError, LocalError, Runner

_VIEW = ("kubectl", "config", "view", "--minify", "--flatten", "--raw")
_FACTS = ("kubeconfig", "uid", "server", "platforms")


class ClusterIdentityProvider(LocalProvider):
    """Looks, in `check`, which cluster the context leads to, and refuses any but the stack's.

    A check runs in previews too, and before anything that depends on it is registered.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        try:
            kubeconfig = self._kubeconfig(news)
            context = context_of(kubeconfig)
            found = self._facts(context, kubeconfig)
            before = self._before(_olds, news)
        except LocalError as error:
            return CheckResult(news, [CheckFailure("context", str(error))])
        pinned = news.get("pinnedUid")
        wanted = pinned or before.get("uid")
        if wanted and wanted != found.uid:
            told = _refusal(context, found, wanted, before, pinned=bool(pinned))
        else:
            told = _unfit(context, found, int(news.get("leastNodes") or 0))
        inputs = {
            **news,
            "context": context,
            "kubeconfig": kubeconfig,
            "uid": found.uid,
            "server": found.server,
            "platforms": list(found.platforms),
        }
        return CheckResult(inputs, [CheckFailure("context", told)] if told else [])

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = without_provider(_olds), without_provider(_news)
        return DiffResult(
            changes=olds != news,
            replaces=["uid"] if olds.get("uid") != news["uid"] else [],
        )

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(props["uid"], without_provider(props))

    def _facts(self, context: str, kubeconfig: str) -> ClusterFacts:
        try:
            return facts(self.runner, kubeconfig)
        except CommandError as error:
            raise LocalError(unreachable(context, server_of(kubeconfig), error)) from None

    def _before(self, olds: Properties, news: Properties) -> Properties:
        """What the stack remembers of its cluster; nothing for a new stack.

        Without old inputs the stack is new, or a `--replace` makes the identity anew and hides
        them: then the state tells.
        """
        if olds or news.get("pinnedUid"):
            return olds
        try:
            text = self.runner.run("pulumi", "stack", "export", "--stack", news["stack"])
        except CommandError as error:
            raise LocalError(
                f"whether the stack {news['stack']} has a cluster already cannot be asked: {error}"
                "\nto deploy all the same, name the cluster: "
                "pulumi config set --path slipway:target.uid UID"
            ) from None
        deployment: dict[str, Any] = json.loads(text).get("deployment") or {}
        resources: list[dict[str, Any]] = deployment.get("resources") or []
        kept = [one for one in resources if not one.get("delete")]
        found = [one["outputs"] for one in kept if one["type"].endswith(":ClusterIdentity")]
        return found[0] if found else {}

    def _kubeconfig(self, news: Properties) -> str:
        return self._reduced(news["given"]) if news.get("given") else self._of_user(news["context"])

    def _of_user(self, context: str) -> str:
        """The user's kubeconfig, reduced to one context, with its files inline."""
        try:
            return self.runner.run(*_VIEW, "--context", context)
        except CommandError as error:
            known = self.runner.run("kubectl", "config", "get-contexts", "--output=name").split()
            there = f"there are: {', '.join(known)}" if known else "there is none at all"
            raise LocalError(
                f"the kubeconfig has no usable context {context}; {there}. KUBECONFIG names the "
                f"files that are read\n{error}"
            ) from None

    def _reduced(self, given: str) -> str:
        """The kubeconfig of another stack, reduced to its current context."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(given)
            file.flush()
            try:
                return self.runner.within(KUBECONFIG=file.name).run(*_VIEW)
            except CommandError as error:
                raise LocalError(
                    "the output `kubeconfig` of the stack that slipway:target.clusterStack names "
                    f"is no kubeconfig with a current context\n{error}"
                ) from None


def _refusal(
    context: str, found: ClusterFacts, wanted: str, olds: Properties, *, pinned: bool
) -> str:
    at = f" at {olds['server']}" if olds.get("uid") == wanted else ""
    who = "the stack file names" if pinned else "this stack deployed to"
    return (
        f"refused: {who} the cluster {wanted}{at}, and the context {context} now leads to the "
        f"cluster {found.uid} at {found.server}. If KUBECONFIG or the context is wrong, "
        "choose the right one. To move the stack on purpose: "
        f"pulumi config set --path slipway:target.uid {found.uid}"
    )


def _unfit(context: str, found: ClusterFacts, least_nodes: int) -> str | None:
    """Why the right cluster cannot be deployed to."""
    if told := refusal(found.version):
        return f"the cluster of context {context} at {found.server}: {told}"
    if found.nodes and len(found.nodes) < least_nodes:
        return (
            f"the cluster of context {context} at {found.server} has {len(found.nodes)} nodes, "
            f"and production needs {least_nodes}; add nodes, or unset slipway:production"
        )
    return None


class ClusterIdentity(Resource, module="slipway", name="ClusterIdentity"):
    """The cluster behind a kubeconfig context (or a `given` kubeconfig), remembered by its UID.

    The UID is that of the namespace kube-system, which no two clusters share.
    """

    context: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, its files inline; a secret."""

    uid: pulumi.Output[str]
    server: pulumi.Output[str]
    platforms: pulumi.Output[list[str]]
    """Platforms of the nodes, e.g. `linux/amd64`, sorted."""

    def __init__(
        self,
        name: str,
        *,
        context: str | None,
        given: pulumi.Input[str] | None = None,
        pinned_uid: str | None,
        least_nodes: int = 0,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "context": context,
            # A kubeconfig instead of the user's own.
            "given": None if given is None else pulumi.Output.secret(given),
            "stack": pulumi.get_stack(),
            "pinnedUid": pinned_uid,
            "leastNodes": least_nodes,
            **dict.fromkeys(_FACTS),
            # Given as a secret: what `check` fills in under a secret's name is one in the state.
            "kubeconfig": pulumi.Output.secret(""),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig", "given"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(ClusterIdentityProvider(), name, inputs, opts)
