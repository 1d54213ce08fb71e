"""What every target offers to images and applications."""

import asyncio
import inspect
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as kubernetes
from pulumi.runtime.stack import Stack

from ..k8s.objects import KubernetesObject
from ..names import Names
from ..registry.mirror_map import Mirrors
from ..settings.model import SettingsError
from . import manifests
from .exposure import Exposure
from .hash_key import HashKey
from .namespaces import NamespaceArgs


@dataclass(frozen=True)
class Namespace:
    """A namespace of the stack, and what makes it and all that every application needs there."""

    name: str
    resources: tuple[KubernetesObject, ...]


class Target(pulumi.ComponentResource):
    """A cluster and a registry to deploy to. `Target.select()` makes the stack file's one."""

    names: Names
    mirrors: Mirrors

    provider: kubernetes.Provider
    """Provider for everything that goes into the cluster."""

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with the cluster alone, credentials inline; a secret."""

    deleted_with: pulumi.Resource | None = None
    """The cluster, where it goes with the stack: what is inside is not deleted one by one then."""

    ready: list[pulumi.Resource]
    """What must stand before an application can run: nodes, registry access."""

    context: pulumi.Output[str]
    """Name of the cluster's kubeconfig context."""

    cluster_uid: pulumi.Output[str]
    """UID of the cluster's kube-system namespace, which no two clusters share."""

    platform: pulumi.Output[str]
    """Platform of the nodes, for which images are built: `linux/amd64`."""

    push_credentials: docker.RegistryArgs | None = None
    """With what images are pushed; None where Docker's own configuration decides."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets, in every namespace of the stack, with which its images are pulled."""

    production: bool
    """Whether what a single failure would take down is refused."""

    def __init__(
        self,
        kind: str,
        name: str,
        names: Names,
        opts: pulumi.ResourceOptions | None,
        *,
        production: bool,
        namespaces: NamespaceArgs | None = None,
    ) -> None:
        super().__init__(f"slipway:index:{kind}", name, None, opts)
        self.names = names
        self.production = production
        self.mirrors = Mirrors.load()
        self._bounds = namespaces
        self._namespaces: dict[str, Namespace] = {}
        self._applications: set[str] = set()
        self._hash_key: HashKey | None = None

    @staticmethod
    def select() -> "Target":
        """The target that the stack file selects by `slipway:target`.

        Raises SettingsError when the stack file selects none, or its settings do not validate.
        """
        from .selection import selected

        return selected()

    @abstractmethod
    def image_name(self, name: str) -> pulumi.Output[str]:
        """The reference, tag included, under which the image `name` is pushed."""

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        """What has to stand before the nodes can get the image `name`.

        `image` is the tag that was pushed, None for an image that was there already, and
        `reference` its `repository@digest`. Nothing is left to do where the registry is nobody's
        of ours.
        """
        del name, image, reference
        return ()

    def pulls(
        self,
        name: str,
        namespace: Namespace,
        reference: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> Sequence[pulumi.Resource]:
        """What has to stand before pods of `namespace` may name an image: that nodes can pull it.

        Nothing, where `deliver` has asked the nodes.
        """
        del name, namespace, reference, opts
        return ()

    @abstractmethod
    def exposure(self, application: str) -> Exposure:
        """How `application` is reached from outside the cluster.

        Raises SettingsError when the target has no more addresses to give.
        """

    def claim(
        self, name: str, parent: pulumi.Resource, objects: Sequence[manifests.Manifest]
    ) -> Sequence[pulumi.Resource]:
        """What has to stand before `objects` are made: that they are nobody else's.

        Nothing, in a cluster that is the stack's alone.
        """
        del name, parent, objects
        return ()

    def called(
        self, application: str, names: Sequence[str]
    ) -> list[pulumi.Output[pulumi.Resource]]:
        """What has to stand before `application`, which calls others: that these are in the stack.

        They may be made later, and may call one another; so they are looked for when the program
        has come to its end. Raises SettingsError, then, for one that is not there.
        """
        self._applications.add(application)
        if not names:
            return []

        async def found() -> pulumi.Resource:
            while _is_running():
                await asyncio.sleep(0)
            if missing := [name for name in names if name not in self._applications]:
                there = ", ".join(sorted(self._applications - {application})) or "no other"
                raise SettingsError(
                    f"{application} calls {missing[0]}, and the stack has no application of that "
                    f"name; there is: {there}"
                )
            return self

        return [pulumi.Output.from_input(found())]

    def hash_key(self) -> pulumi.Output[str]:
        """A secret of the stack's own, with which names are made of other secrets."""
        if self._hash_key is None:
            self._hash_key = HashKey("hash-key", pulumi.ResourceOptions(parent=self))
        return self._hash_key.key

    def inside(
        self, *, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of an object that is made inside the target's cluster."""
        return pulumi.ResourceOptions(
            parent=parent,
            provider=self.provider,
            depends_on=list(depends_on),
            deleted_with=self.deleted_with,
            # Objects have fixed names: a new one would be the old one, which is deleted then. But
            # where the cluster may be replaced, its objects would be deleted one by one.
            delete_before_replace=self.deleted_with is None,
        )

    def namespace(self, name: str | None) -> Namespace:
        """The namespace `name`, or the stack's own; made once however many ask for it."""
        name = name or self.names.namespace
        if name not in self._namespaces:
            self._namespaces[name] = self._make_namespace(name)
        return self._namespaces[name]

    def _make_namespace(self, name: str) -> Namespace:
        all_made = manifests.namespace(name, self.names, self._bounds)
        claim = self.claim(f"{name}-namespace", self, all_made)
        made: list[KubernetesObject] = []
        for manifest in all_made:
            options = self.inside(parent=self, depends_on=[*claim, *made])
            key = f"{name}-{str(manifest['kind']).lower()}"
            made.append(KubernetesObject(key, manifest, options))
        return Namespace(name, tuple(made))


def _is_running() -> bool:
    """Whether the program itself still runs: a call that waits lets other things run meanwhile."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is _PROGRAM:
            return True
        frame = frame.f_back
    return False


_PROGRAM = Stack.__init__.__code__
