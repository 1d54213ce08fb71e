"""KindCluster: a Kubernetes cluster in containers, made by kind."""

from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
)

from ..dynamic import DynamicProvider, Preflight, Properties, without
from ..k8s.kubeconfig import add_context, remove_context
from ..machine import labels
from ..machine.conflicts import conflict_message, find_conflicts, mark_of
from ..machine.docker import inspect, inspect_all, require_engine
from ..machine.runner import CommandError, LocalError
from .cluster_changes import changed_properties, shown_change
from .completion import is_complete, mark_complete
from .creation import make_cluster
from .identity import COMPUTED, current_outputs, is_renewed, known_outputs, status
from .inputs import ClusterSettings, KindClusterInputs
from .load_balancer import KindBalancer
from .network import make_network, remove_network
from .node_image import require_feature_gates, require_version
from .preflight import check_cluster, check_version
from .roles import Container, Role, role_of


class KindClusterProvider(DynamicProvider[KindClusterInputs]):
    """Creates and deletes; what is incomplete and the stack's is removed and recreated.

    The mark on the cluster's container network, which is made first and removed last, says which
    stack owns the cluster.

    A replacement is created before the old cluster is deleted, and takes its place: were it
    deleted first, Pulumi would delete the objects inside one by one, also from a cluster that is
    gone, as `deleted_with` does not hold there. So `delete` spares a cluster of another UID.

    The way to a cluster is none of its identity: renewed certificates are an update. The check
    fills the way in, as the outputs of a previewed update are its inputs.
    """

    inputs = KindClusterInputs
    outputs = frozenset(COMPUTED)

    def preflight(self, olds: KindClusterInputs | None, news: KindClusterInputs) -> Preflight:
        # An existing load balancer stays, however few control planes are left.
        balanced = news.balanced or (olds is not None and olds.balanced)
        desired = news.model_copy(update={"balanced": balanced})
        stays = olds is not None and not changed_properties(olds, desired)
        known = known_outputs(self.runner, olds) if olds and stays else {}
        return Preflight({"balanced": balanced, **known}, self._failures(olds, desired))

    def _failures(
        self, olds: KindClusterInputs | None, news: KindClusterInputs
    ) -> list[CheckFailure]:
        if not self._nodes(news.cluster):
            return check_cluster(self.runner, news)
        changed = changed_properties(olds, news) if olds else []
        if not changed and (olds.version if olds else None) != news.version:
            return check_version(self.runner, news)
        if not changed or olds is None or news.replace:
            return []
        changes = "; ".join(shown_change(key, olds, news) for key in changed)
        message = (
            f"refused: {changes}. This recreates the cluster {news.cluster}, and everything on it "
            "is lost; to allow it, set `replaceCluster: true`"
        )
        return [CheckFailure(changed[0], message)]

    def create(self, props: Properties) -> CreateResult:
        cluster = KindClusterInputs.parse(props)
        require_engine(self.runner)
        # The allocation looked already, but a `create` may come much later than its check.
        name, registry = cluster.cluster, cluster.registry
        if conflicts := find_conflicts(self.runner, name, registry, cluster.mark):
            raise LocalError(conflict_message(conflicts))
        outputs = self._adopt(cluster) or self._make(cluster)
        return CreateResult(outputs["uid"], {**self.kept(props), **outputs})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = KindClusterInputs.parse(_olds), KindClusterInputs.parse(_news)
        changed = changed_properties(olds, news)
        if not changed and not news.uid:  # it did not answer the check, and may now
            news = KindClusterInputs.parse({**_news, **known_outputs(self.runner, olds)})
        reason = None
        if changed:
            changes = "; ".join(shown_change(key, olds, news) for key in changed)
            reason = f"{changes}: will be recreated, and everything on it is lost"
        elif self._is_missing(news.cluster):
            reason = "missing, will be recreated"
        elif news.uid != olds.uid and self._is_replaced(olds):
            reason = "incomplete, will be recreated"
        if reason:
            changed = changed or ["name"]
        elif is_renewed(olds, news):
            reason = "another address or other certificates: renewed in place"
        if reason:
            print(f"the cluster {news.cluster}: {reason}", flush=True)
        return DiffResult(changes=reason is not None, replaces=changed)

    def ensure(self, news: KindClusterInputs, olds: KindClusterInputs | None) -> Properties:
        """Return the current way to a cluster that stays."""
        outputs = current_outputs(self.runner, news.cluster)
        if olds and outputs["uid"] != olds.uid:
            raise LocalError(
                f"{news.cluster} is another cluster than the one that this stack deployed to",
                next_step="run `pulumi up` again, whose preview shows what is lost",
            )
        add_context(self.runner, outputs["kubeconfig"])
        return outputs

    def read(self, id_: str, props: Properties) -> ReadResult:
        cluster = KindClusterInputs.parse(props)
        if not self._nodes(cluster.cluster) or self._is_replaced(cluster):
            return ReadResult("", {})
        return ReadResult(id_, without(props))

    def remove(self, olds: KindClusterInputs) -> None:
        require_engine(self.runner)
        name = olds.cluster
        network = inspect(self.runner, "network", name)
        if network is not None and mark_of(network) != olds.mark:
            return  # the stack's is gone; what has its name now has another owner
        if status(self.runner, olds) == "another":
            return  # replaced already
        self.runner.run("kind", "delete", "cluster", "--name", name)
        # What a run may have left that was killed:
        KindBalancer(self.runner, name, olds.mark).remove()
        remove_context(self.runner, f"kind-{name}")
        remove_network(self.runner, name)

    def _adopt(self, cluster: KindClusterInputs) -> Properties | None:
        """Return the outputs of a cluster that a killed run completed; None of any other."""
        try:
            return self._read(cluster.cluster) if is_complete(self.runner, cluster) else None
        except CommandError:
            return None

    def _make(self, cluster: KindClusterInputs) -> Properties:
        """Make a cluster, in the place of an incomplete one, and return its outputs."""
        name = cluster.cluster
        require_version(self.runner, cluster.image, cluster.version)
        require_feature_gates(self.runner, cluster.image, cluster.feature_gates)
        if self._nodes(name):
            self.runner.run("kind", "delete", "cluster", "--name", name)
        if inspect(self.runner, "network", name) is None:
            make_network(self.runner, name, cluster.mark, len(cluster.all_named))
        make_cluster(self.runner, cluster)
        mark_complete(self.runner, cluster)
        return self._read(name)

    def _read(self, name: str) -> Properties:
        """Return the outputs of a cluster, which is added to the user's kubeconfig."""
        outputs = current_outputs(self.runner, name)
        add_context(self.runner, outputs["kubeconfig"])
        return outputs

    def _nodes(self, name: str) -> list[Container]:
        return list(inspect_all(self.runner, f"{labels.CLUSTER}={name}"))

    def _is_missing(self, name: str) -> bool:
        return not any(role_of(node) == Role.CONTROL_PLANE for node in self._nodes(name))

    def _is_replaced(self, cluster: KindClusterInputs) -> bool:
        """Return whether a killed run has started to recreate the cluster."""
        current = status(self.runner, cluster)
        return current in ("another", "incomplete")


class KindCluster(Resource, module="slipway", name="KindCluster"):
    """A cluster that kind makes.

    `settings` has the nodes with which it is made, and which KindNodes looks after from then on,
    and what is immutable. `host_port` of this machine leads to the node port, and `mark` is that
    of the stack. The user's kubeconfig gets a context `kind-<name>`; its current context stays.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    api_port: pulumi.Output[int]
    """Port of this machine that leads to the API."""

    balanced: pulumi.Output[bool]
    """True where a load balancer stands before the control planes."""

    def __init__(
        self,
        name: str,
        settings: ClusterSettings,
        *,
        host_port: pulumi.Input[int],
        mark: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            **settings.model_dump(by_alias=True),
            "hostPort": host_port,
            "mark": mark,
            **dict.fromkeys(COMPUTED),
            # Given as a secret: what the check fills in there is one in the state.
            "kubeconfig": pulumi.Output.secret(""),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(KindClusterProvider(), name, inputs, opts)
        self._balancer_image = settings.balancer_image

    @property
    def balancer_in_use(self) -> pulumi.Output[str]:
        """Image of the load balancer; empty for a cluster without one."""
        return self.balanced.apply(lambda is_: self._balancer_image if is_ else "")
