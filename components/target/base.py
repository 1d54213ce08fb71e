"""What every target offers to images and applications."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ..mirrors import Mirrors
from ..names import Names
from ..objects import KubernetesObject
from . import manifests


@dataclass(frozen=True)
class Namespace:
    """A namespace of the stack and the resource that makes it."""

    name: str
    resource: KubernetesObject


class Target(pulumi.ComponentResource):
    """A cluster and a registry to deploy to. `Target.select()` makes the stack file's one."""

    names: Names
    mirrors: Mirrors

    provider: kubernetes.Provider
    """Provider for everything that goes into the cluster."""

    deleted_with: pulumi.Resource | None = None
    """The cluster, where it goes with the stack: what is inside is not deleted one by one then."""

    ready: list[pulumi.Resource]
    """What must stand before an application can run: nodes, registry access."""

    context: pulumi.Output[str]
    """Name of the cluster's kubeconfig context."""

    cluster_uid: pulumi.Output[str]
    """UID of the cluster's kube-system namespace, which no two clusters share."""

    url: pulumi.Output[str]
    """Where an exposed application answers."""

    def __init__(
        self, kind: str, name: str, names: Names, opts: pulumi.ResourceOptions | None
    ) -> None:
        super().__init__(f"slipway:index:{kind}", name, None, opts)
        self.names = names
        self.mirrors = Mirrors.load()
        self._namespaces: dict[str, Namespace] = {}

    @staticmethod
    def select() -> "Target":
        """The target that the stack file selects by `slipway:target`.

        Raises SettingsError when the stack file selects none, or its settings do not validate.
        """
        from .kind import KindTarget, KindTargetArgs

        settings = pulumi.Config("slipway").get_object("target")
        where = f"stack {pulumi.get_stack()}, slipway:target"
        return KindTarget(
            "target", KindTargetArgs.parse({} if settings is None else settings, where)
        )

    @abstractmethod
    def image_name(self, name: str) -> pulumi.Output[str]:
        """The reference, tag included, under which the image `name` is pushed."""

    @abstractmethod
    def deliver(
        self, name: str, image: pulumi.Output[str], reference: pulumi.Output[str]
    ) -> pulumi.Resource:
        """A resource that stands once the nodes can get the pushed image `name`.

        `image` is the tag that was pushed, `reference` its `repository@digest`.
        """

    @abstractmethod
    def node_port(self, application: str) -> int | None:
        """The port on every node that makes `application` answer at the target's `url`.

        Raises SettingsError when the target has no more addresses to give.
        """

    def inside(
        self, *, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of an object that is made inside the target's cluster."""
        return pulumi.ResourceOptions(
            parent=parent,
            provider=self.provider,
            depends_on=list(depends_on),
            deleted_with=self.deleted_with,
        )

    def namespace(self, name: str | None) -> Namespace:
        """The namespace `name`, or the stack's own; made once however many ask for it."""
        name = name or self.names.namespace
        if name not in self._namespaces:
            resource = KubernetesObject(
                f"{name}-namespace",
                manifests.namespace(name, self.names),
                self.inside(parent=self),
            )
            self._namespaces[name] = Namespace(name, resource)
        return self._namespaces[name]
