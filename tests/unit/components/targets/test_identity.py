"""The one cluster of a stack: checked in every preview, and no other is accepted."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.machine.runner import CommandError, Runner
from components.targets.identity import ClusterIdentityProvider

_ONE, _OTHER = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Clusters(Runner):
    """A kubeconfig with contexts, and the clusters that answer."""

    contexts: dict[str, str] = field(default_factory=lambda: {"shop": _ONE})
    silent: bool = False
    hidden_nodes: bool = False
    version: str = "v1.35.4"
    state: dict[str, Any] | None = field(default_factory=dict[str, Any])
    """The stack's deployment as the backend has it; None if it cannot be read."""
    architectures: tuple[str, ...] = ("amd64", "amd64")

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        assert timeout <= 60
        match command:
            case ["kubectl", "config", "view", *flags, "--context", context]:
                assert {"--minify", "--flatten", "--raw"} <= set(flags)
                if context not in self.contexts:
                    raise CommandError("kubectl config view", "failed", "no such context")
                return _kubeconfig(context, self.contexts[context])
            case ["kubectl", "--kubeconfig", file, _, "config", "view", *flags]:
                assert {"--minify", "--flatten", "--raw"} <= set(flags)
                given = yaml.safe_load(Path(file).read_text())
                if "current-context" not in given:
                    raise CommandError("kubectl config view", "failed", "no current context")
                return yaml.safe_dump(given)
            case ["pulumi", "stack", "export", "--stack", "dev"]:
                if self.state is None:
                    raise CommandError("pulumi stack export", "failed", "no login")
                return json.dumps({"deployment": self.state})
            case ["kubectl", "config", "get-contexts", *_]:
                return "\n".join(self.contexts)
            case ["kubectl", "--kubeconfig", file, limit, "get", "--raw", path]:
                assert limit == "--request-timeout=5s"
                assert timeout <= 10
                return json.dumps(self._answer(file, path))
        raise AssertionError(f"not known here: {command}")

    def _answer(self, file: str, path: str) -> dict[str, Any]:
        if self.silent:
            raise CommandError("kubectl get", "took longer than 10 s", "i/o timeout")
        if path == "/version":
            return {"gitVersion": self.version}
        if path == "/api/v1/nodes":
            if self.hidden_nodes:
                raise CommandError("kubectl get", "failed", "nodes is forbidden")
            return {"items": [self._node(number) for number in range(len(self.architectures))]}
        assert path == "/api/v1/namespaces/kube-system"
        with open(file) as config:  # noqa: PTH123 - a path that came as text
            server = yaml.safe_load(config)["clusters"][0]["cluster"]["server"]
        return {"metadata": {"uid": next(u for u in self.contexts.values() if u[:4] in server)}}

    def _node(self, number: int) -> dict[str, Any]:
        info = {"operatingSystem": "linux", "architecture": self.architectures[number]}
        return {"metadata": {"name": f"node-{number}"}, "status": {"nodeInfo": info}}


def _kubeconfig(context: str, uid: str) -> str:
    cluster = {"cluster": {"server": f"https://{uid[:4]}.example"}}
    return yaml.safe_dump({"current-context": context, "clusters": [cluster]})


def _check(clusters: Clusters, olds: dict[str, Any] | None = None, **more: Any) -> Any:
    provider = ClusterIdentityProvider()
    provider.runner = clusters
    return provider.check(
        olds or {}, {"context": "shop", "stack": "dev", "pinnedUid": None, **more}
    )


def test_the_first_check_takes_what_the_context_leads_to() -> None:
    result = _check(Clusters())

    assert result.failures == []
    assert result.inputs["uid"] == _ONE
    assert result.inputs["server"] == "https://1111.example"
    assert result.inputs["platforms"] == ["linux/amd64"]


def test_the_same_cluster_is_accepted_again_whatever_else_changed() -> None:
    olds = _check(Clusters()).inputs
    moved = Clusters(contexts={"renamed": _ONE})

    assert _check(moved, olds, context="renamed").failures == []


def test_another_cluster_under_the_same_context_is_refused_with_both_named() -> None:
    olds = _check(Clusters()).inputs

    (failure,) = _check(Clusters(contexts={"shop": _OTHER}), olds).failures

    assert _ONE in failure.reason and "https://1111.example" in failure.reason
    assert _OTHER in failure.reason and "https://2222.example" in failure.reason
    assert f"pulumi config set --path slipway:target.uid {_OTHER}" in failure.reason


def test_a_stack_is_moved_on_purpose_by_naming_the_clusters_uid() -> None:
    olds = _check(Clusters()).inputs

    assert _check(Clusters(contexts={"shop": _OTHER}), olds, pinnedUid=_OTHER).failures == []


def test_a_pinned_uid_refuses_any_other_cluster_from_the_first_check_on() -> None:
    (failure,) = _check(Clusters(contexts={"shop": _OTHER}), pinnedUid=_ONE).failures

    assert "refused: `uid` of the target names the cluster" in failure.reason


def test_a_context_that_does_not_exist_is_refused_with_the_existing_ones() -> None:
    (failure,) = _check(Clusters(contexts={"home": _ONE, "work": _OTHER})).failures

    assert "no usable context shop" in failure.reason
    assert "home, work" in failure.reason


def test_a_silent_cluster_is_reported_with_its_address_and_the_reason() -> None:
    (failure,) = _check(Clusters(silent=True)).failures

    assert "https://1111.example" in failure.reason
    assert "i/o timeout" in failure.reason


def test_every_platform_of_the_nodes_is_known() -> None:
    result = _check(Clusters(architectures=("arm64", "amd64", "arm64")))

    assert result.inputs["platforms"] == ["linux/amd64", "linux/arm64"]


@pytest.mark.parametrize(
    ("news", "replaces"), [({"uid": _OTHER}, ["uid"]), ({"kubeconfig": "new token"}, [])]
)
def test_only_another_cluster_replaces_the_identity(
    news: dict[str, str], replaces: list[str]
) -> None:
    olds = _check(Clusters()).inputs

    diff = ClusterIdentityProvider().diff("id", olds, {**olds, **news})

    assert diff.changes
    assert diff.replaces == replaces
    assert not ClusterIdentityProvider().diff("id", olds, olds).changes


@pytest.mark.parametrize("version", ["v1.29.9", "v1.38.0"])
def test_a_kubernetes_version_that_is_not_supported_is_refused_with_the_range(version: str) -> None:
    (failure,) = _check(Clusters(version=version)).failures

    assert f"Kubernetes {version} is outside the supported range, 1.30 to 1.37" in failure.reason


def test_too_few_nodes_for_production_are_refused_with_their_number() -> None:
    (failure,) = _check(Clusters(), leastNodes=3.0).failures

    assert "has 2 nodes, and production needs 3" in failure.reason
    assert _check(Clusters(architectures=("arm64",) * 3), leastNodes=3.0).failures == []


def test_nodes_that_may_not_be_listed_leave_the_platform_unknown() -> None:
    result = _check(Clusters(hidden_nodes=True), leastNodes=3.0)

    assert result.failures == []
    assert result.inputs["platforms"] == []


def test_a_renewed_kubeconfig_leaves_the_identity_in_the_state() -> None:
    olds = _check(Clusters()).inputs
    news = {**olds, "kubeconfig": "new token", "__provider": "pickle"}

    outs = ClusterIdentityProvider().update("id", olds, news).outs

    assert outs == {**olds, "kubeconfig": "new token"}


_PROVIDER = "urn:pulumi:dev::shop::slipway:index:CloudTarget$pulumi:providers:kubernetes::target-k"


def _provider(**inputs: str) -> dict[str, Any]:
    return {
        "resources": [{"urn": _PROVIDER, "type": "pulumi:providers:kubernetes", "inputs": inputs}]
    }


@dataclass(frozen=True)
class Moved(Clusters):
    """The same cluster, which the user's kubeconfig now has at another address."""

    former_answers: bool = True

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        if command[:3] == ("kubectl", "config", "view"):
            return super().run(*command).replace(".example", ".elsewhere")
        return super().run(*command, stdin=stdin, timeout=timeout)

    def _answer(self, file: str, path: str) -> dict[str, Any]:
        if not self.former_answers and ".example" in Path(file).read_text():
            raise CommandError("kubectl get", "failed", "no route to host")
        return super()._answer(file, path)


def test_a_cluster_whose_uid_the_provider_has_may_move_to_another_address() -> None:
    olds = _check(Clusters()).inputs

    result = _check(Moved(state=_provider(clusterIdentifier=_ONE)), olds)

    assert result.failures == []
    assert result.inputs["server"] == "https://1111.elsewhere"
    assert ".elsewhere" in result.inputs["kubeconfig"]


def test_a_provider_of_an_earlier_version_keeps_its_address_while_it_gets_the_uid() -> None:
    olds = _check(Clusters()).inputs

    result = _check(Moved(state=_provider()), olds)

    assert result.failures == []
    assert result.inputs["kubeconfig"] == olds["kubeconfig"]
    assert result.inputs["server"] == "https://1111.example"


def test_a_provider_of_an_earlier_version_whose_address_is_gone_is_refused() -> None:
    olds = _check(Clusters()).inputs

    (failure,) = _check(Moved(state=_provider(), former_answers=False), olds).failures

    assert "every object would be deleted and recreated" in failure.reason
    assert "https://1111.example" in failure.reason and "https://1111.elsewhere" in failure.reason
    assert "run `pulumi up` once where the former address answers" in failure.reason


def test_an_address_that_stays_asks_no_state() -> None:
    olds = _check(Clusters()).inputs

    assert _check(Clusters(state=None), olds).failures == []


_TYPE = "pulumi-python:dynamic/slipway:ClusterIdentity"


def test_a_forced_replacement_which_hides_the_old_inputs_still_refuses_another_cluster() -> None:
    encrypted = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    outputs = {"uid": _ONE, "server": "https://1111.example", "kubeconfig": encrypted}
    state = {"resources": [{"type": _TYPE, "outputs": outputs}]}

    (failure,) = _check(Clusters(contexts={"shop": _OTHER}, state=state)).failures

    assert f"this stack deployed to the cluster {_ONE} at https://1111.example" in failure.reason
    assert _check(Clusters(state=state)).failures == []


def test_a_state_that_cannot_be_read_stops_the_deployment_unless_the_uid_is_given() -> None:
    (failure,) = _check(Clusters(state=None)).failures

    assert (
        "cannot read from its state whether the stack dev has a cluster already" in failure.reason
    )
    assert "pulumi config set --path slipway:target.uid UID" in failure.reason
    assert _check(Clusters(state=None), pinnedUid=_ONE).failures == []


def test_a_kubeconfig_that_another_stack_exports_is_used_instead_of_the_users() -> None:
    result = _check(Clusters(), context=None, given=_kubeconfig("eks", _ONE))

    assert result.failures == []
    assert (result.inputs["context"], result.inputs["uid"]) == ("eks", _ONE)


def test_an_output_that_is_no_kubeconfig_is_refused() -> None:
    (failure,) = _check(Clusters(), context=None, given="clusters: []").failures

    assert "`clusterStack` of the target names is no kubeconfig" in failure.reason
