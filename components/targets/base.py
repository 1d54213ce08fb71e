"""Target: the cluster and the registry that images and applications are deployed to."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pulumi
import pulumi_kubernetes as kubernetes

from .. import checks
from ..ending import end_quickly
from ..k8s.access import ClusterAccess
from ..k8s.left_copies import remove_copies_at_end
from ..k8s.objects import KubernetesObject, Manifest
from ..names import Names
from ..registry.mirror_map import Mirrors
from ..settings.model import Model
from . import manifests
from .exposure import Exposure
from .hash_key import HashKey
from .images import ImageRegistry
from .namespace_removal import NamespaceRemoval
from .namespaces import NamespaceArgs
from .owner import Owner
from .ownership import Ownership
from .stack_identity import StackIdentity


class TargetArgs(Model):
    """Settings of a target: `slipway:target` of a stack file."""

    is_local: ClassVar[bool] = False
    """Whether all nodes are on this machine."""

    @abstractmethod
    def make(self, name: str, *, production: bool) -> "Target":
        """Make the target of these settings."""

    @abstractmethod
    def exposure(self, application: str, url: pulumi.Input[str]) -> Exposure:
        """Return how `application` is reached from outside; `url` is the target's own address."""

    @property
    @abstractmethod
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets, in every namespace of the stack, with which its images are pulled."""


@dataclass(frozen=True)
class Namespace:
    """A namespace of the stack: itself and what every application needs there.

    All that is in it depends on `resources`: on `destroy`, the namespace is deleted after that.
    """

    name: str
    resources: tuple[pulumi.Resource, ...]


class Target(pulumi.ComponentResource):
    """A cluster and a registry to deploy to. `Target.select()` makes the one of the stack file."""

    selection: ClassVar["staticmethod[[], tuple[TargetArgs, bool]]"]
    """Reads the stack file's `target` and `production`; set by the module that knows them all."""

    # Makes the target of settings and `production`; a rendering makes another one.
    making: ClassVar["staticmethod[[TargetArgs, bool], Target]"]

    # Whether all nodes are on this machine.
    is_local: bool = False

    names: Names
    mirrors: Mirrors

    stack_identity: StackIdentity
    """Dependency of everything that is named after the stack: it refuses other names."""

    provider: kubernetes.Provider
    """Provider for everything that goes into the cluster."""

    access: ClusterAccess
    """Access to the cluster."""

    shared: ClusterAccess | None = None
    """Access to the cluster, where other owners use it too: the stack claims its objects there."""

    deleted_with: pulumi.Resource | None = None
    """The cluster, where it is destroyed with the stack: its objects are not deleted one by one."""

    ready: list[pulumi.Resource]
    """Dependencies of every application: nodes, registry access."""

    images: ImageRegistry
    """Registry that images are pushed to and pulled from."""

    kubernetes_version: str | None = None
    """Kubernetes version of the cluster, where the settings say it."""

    production: bool
    """Whether settings that do not survive a single failure are refused."""

    def __init__(
        self,
        kind: str,
        name: str,
        opts: pulumi.ResourceOptions | None,
        *,
        production: bool,
        namespaces: NamespaceArgs | None = None,
    ) -> None:
        super().__init__(f"slipway:index:{kind}", name, None, opts)
        end_quickly()
        self.names = Names.of_stack()
        # First of all resources: nothing may be created before the names are known to be right.
        self.stack_identity = StackIdentity(
            f"{name}-stack", self.names, pulumi.ResourceOptions(parent=self)
        )
        self.production = production
        self.mirrors = Mirrors.load()
        self._bounds = namespaces
        self._namespaces: dict[str, Namespace] = {}
        self._hash_key: HashKey | None = None

    @staticmethod
    def select(args: TargetArgs | None = None, *, production: bool = False) -> "Target":
        """Make the target of `args`, or the one that the stack file selects by `slipway:target`.

        The stack file's `slipway:production` counts only together with its target. Raises
        SettingsError when the stack file selects no target, or its settings do not validate.
        """
        if args is None:
            args, is_production = Target.selection()
            production = production or is_production
        return Target.making(args, production)

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """Kubeconfig with the cluster alone, credentials inline; a secret."""
        return self.access.kubeconfig

    @property
    def context(self) -> pulumi.Output[str]:
        """Name of the cluster's kubeconfig context."""
        return self.access.context

    @property
    def cluster_uid(self) -> pulumi.Output[str]:
        """UID of the cluster's kube-system namespace, which no two clusters share."""
        return self.access.uid

    @property
    def owner(self) -> Owner:
        """Owner of the objects in the cluster; its id counts where other owners use it too."""
        owner_id = None if self.shared is None else self.stack_identity.owner
        return Owner(self.names, owner_id)

    @property
    @abstractmethod
    def platform(self) -> pulumi.Output[str]:
        """Platform of the nodes, for which images without a `platform` are: `linux/amd64`.

        Fails where there are several, so it is asked only where it is needed.
        """

    @abstractmethod
    def exposure(self, application: str) -> Exposure:
        """Return how `application` is reached from outside the cluster.

        Raises SettingsError when the target has no more addresses to give.
        """

    def claim(
        self, name: str, parent: pulumi.Resource, objects: Sequence[Manifest]
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of `objects`: that no other owner has them.

        None in a cluster that the stack owns.
        """
        if self.shared is None:
            return ()
        return (
            Ownership(
                f"{name}-ownership",
                objects,
                owner=self.owner,
                cluster=self.shared,
                opts=pulumi.ResourceOptions(parent=parent),
            ),
        )

    def hash_key(self) -> pulumi.Output[str]:
        """Return a secret key of the stack, for names that are hashes of other secrets."""
        if self._hash_key is None:
            self._hash_key = HashKey("hash-key", pulumi.ResourceOptions(parent=self))
        return self._hash_key.key

    def inside(
        self, *, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Return the options of an object in the target's cluster."""
        return pulumi.ResourceOptions(
            parent=parent,
            provider=self.provider,
            depends_on=list(depends_on),
            deleted_with=self.deleted_with,
            # Objects have fixed names: the new one would be the old one, which is then deleted.
            delete_before_replace=True,
        )

    def _make_provider(
        self, name: str, after: Sequence[pulumi.Resource] = ()
    ) -> kubernetes.Provider:
        """Return the provider of the cluster, which is that of its UID.

        Without the identifier Pulumi takes another address of the same cluster, or a renewed
        certificate authority, for another cluster, and deletes all objects in it. A cluster of the
        stack that is replaced is gone before its objects are deleted: that is no error.
        https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
        """
        remove_copies_at_end(self.access.kubeconfig)
        return kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=self.access.kubeconfig,
            cluster_identifier=self.access.uid,
            enable_server_side_apply=True,
            delete_unreachable=None if self.deleted_with is None else True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def namespace(self, name: str | None) -> Namespace:
        """Return the namespace `name`, or the stack's own; each is made once."""
        name = name or self.names.namespace
        if name not in self._namespaces:
            self._namespaces[name] = self._make_namespace(name)
        return self._namespaces[name]

    def namespace_manifest(self, name: str) -> Manifest:
        """Return the namespace of an application, as the stack declares it."""
        return manifests.namespace(name, self.owner)[0]

    def _make_namespace(self, name: str) -> Namespace:
        namespace, *limits = manifests.namespace(name, self.owner, self._bounds)
        if limits:  # they are passed on as the settings have them
            checks.refuse(limits, "target.namespaces", self.kubernetes_version)
        claim = self.claim(f"{name}-namespace", self, [namespace, *limits])
        options = self.inside(parent=self, depends_on=claim)
        # Volumes and other owners' objects in it would go too: NamespaceRemoval looks first.
        options.retain_on_delete = True
        made = KubernetesObject(f"{name}-namespace", namespace, options)
        resources: list[pulumi.Resource] = [made, self._removal(name, made)]
        for manifest in limits:
            options = self.inside(parent=self, depends_on=[*claim, *resources])
            resources.append(
                KubernetesObject(f"{name}-{str(manifest['kind']).lower()}", manifest, options)
            )
        return Namespace(name, tuple(resources))

    def _removal(self, name: str, namespace: KubernetesObject) -> NamespaceRemoval:
        return NamespaceRemoval(
            f"{name}-removal",
            name,
            owner=self.owner,
            cluster=self.access,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[namespace], deleted_with=self.deleted_with
            ),
        )


def _make(args: TargetArgs, production: bool) -> Target:
    return args.make("target", production=production)


Target.making = staticmethod(_make)
