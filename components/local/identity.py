"""ClusterIdentity: the one cluster that a stack deploys to, and no other that takes its name."""

import json
import tempfile
from typing import Any

import pulumi
import yaml
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource

from .provider import LocalProvider, Properties, without_provider
from .runner import CommandError, LocalError, Runner

_ANSWER_SECONDS = 10
_FACTS = ("kubeconfig", "uid", "server", "platforms")


class ClusterIdentityProvider(LocalProvider):
    """Looks, in `check`, which cluster the context leads to, and refuses any but the stack's.

    A check runs in previews too, and before anything that depends on it is registered.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        context, pinned = news["context"], news.get("pinnedUid")
        try:
            found = self._look(context)
        except LocalError as error:
            return CheckResult(news, [CheckFailure("context", str(error))])
        inputs = {**news, **found}
        wanted = pinned or _olds.get("uid")
        if wanted and wanted != found["uid"]:
            refusal = _refusal(context, found, wanted, _olds, pinned=bool(pinned))
            return CheckResult(inputs, [CheckFailure("context", refusal)])
        return CheckResult(inputs, [])

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = without_provider(_olds), without_provider(_news)
        return DiffResult(
            changes=olds != news,
            replaces=["uid"] if olds.get("uid") != news["uid"] else [],
        )

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(props["uid"], without_provider(props))

    def _look(self, context: str) -> Properties:
        """Kubeconfig, UID, address and platforms of the cluster behind a context."""
        kubeconfig = self._kubeconfig(context)
        server: str = yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["server"]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(kubeconfig)
            file.flush()
            kubectl = (
                "kubectl",
                "--kubeconfig",
                file.name,
                f"--request-timeout={_ANSWER_SECONDS}s",
            )
            try:
                answer = self.runner.run(
                    *(*kubectl, "get", "namespace/kube-system", "--output=json"),
                    timeout=_ANSWER_SECONDS,
                )
                nodes = self.runner.run(
                    *(*kubectl, "get", "nodes", "--output=json"), timeout=_ANSWER_SECONDS
                )
            except CommandError as error:
                raise LocalError(
                    f"the cluster of context {context} at {server} does not answer as it should: "
                    f"{error}\n`kubectl --context {context} get nodes` asks the same"
                ) from None
        uid = json.loads(answer)["metadata"]["uid"]
        return {
            "kubeconfig": kubeconfig,
            "uid": uid,
            "server": server,
            "platforms": _platforms(json.loads(nodes)["items"]),
        }

    def _kubeconfig(self, context: str) -> str:
        """The user's kubeconfig, reduced to one context, with its files inline."""
        view = ("kubectl", "config", "view", "--minify", "--flatten", "--raw")
        try:
            return self.runner.run(*view, "--context", context)
        except CommandError as error:
            known = self.runner.run("kubectl", "config", "get-contexts", "--output=name").split()
            there = f"there are: {', '.join(known)}" if known else "there is none at all"
            raise LocalError(
                f"the kubeconfig has no usable context {context}; {there}. KUBECONFIG names the "
                f"files that are read\n{error}"
            ) from None


def _platforms(nodes: list[dict[str, Any]]) -> list[str]:
    infos = [node["status"]["nodeInfo"] for node in nodes]
    return sorted({f"{info['operatingSystem']}/{info['architecture']}" for info in infos})


def _refusal(
    context: str, found: Properties, wanted: str, olds: Properties, *, pinned: bool
) -> str:
    at = f" at {olds['server']}" if olds.get("uid") == wanted else ""
    who = "the stack file names" if pinned else "this stack deployed to"
    return (
        f"refused: {who} the cluster {wanted}{at}, and the context {context} now leads to the "
        f"cluster {found['uid']} at {found['server']}. If KUBECONFIG or the context is wrong, "
        "choose the right one. To move the stack on purpose: "
        f"pulumi config set --path slipway:target.uid {found['uid']}"
    )


class ClusterIdentity(Resource, module="slipway", name="ClusterIdentity"):
    """The cluster behind a kubeconfig context, remembered by its UID.

    The UID is that of the namespace kube-system, which no two clusters share.
    """

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
        context: str,
        pinned_uid: str | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "context": context,
            "pinnedUid": pinned_uid,
            **dict.fromkeys(_FACTS),
            # Given as a secret: what `check` fills in under a secret's name is one in the state.
            "kubeconfig": pulumi.Output.secret(""),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(ClusterIdentityProvider(), name, inputs, opts)
