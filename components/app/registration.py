"""The registration of an application's objects, each after what it needs."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from ..image import Image
from ..k8s.objects import KubernetesObject
from ..targets.base import Namespace, Target
from .adjustment import Adjust, adjusted, adjusted_parts
from .args import AppArgs
from .args.containers import APPLICATION
from .content_history import ContentHistory, ContentHistoryArgs
from .hooks import Workload
from .manifests import IMAGES, SECRET, Manifest, Part, Placement
from .manifests.files import files_name, secret
from .replicas import replicas_hook
from .stuck_pods import stuck_pods_hook

_DIGITS = 10

_REPLICATED = ("Deployment", "StatefulSet")
"""Kinds with a number of pods."""

_Before = Mapping[str, Sequence[pulumi.Input[pulumi.Resource]]]


@dataclass(frozen=True)
class Secrets:
    """The Secret of an application: its name, and the object once it is registered."""

    name: pulumi.Input[str] = ""
    made: pulumi.Output[pulumi.Resource] | None = None


class Registration:
    """Registers objects of one application, whose component is `parent`."""

    def __init__(
        self,
        parent: pulumi.Resource,
        name: str,
        target: Target,
        namespace: Namespace,
        images: Mapping[str, Image],
        adjust: Adjust | None,
    ) -> None:
        self._parent = parent
        self._name = name
        self._target = target
        self._namespace = namespace
        self._images = images
        self._adjust = adjust

    def secret(self, args: AppArgs, place: Placement) -> Secrets:
        """Register the Secret of an application under a name with a keyed hash of the content.

        The name alone does not allow to guess the content. Registered once the values are known,
        as Pulumi knows a resource by its name.
        """
        values: dict[str, pulumi.Output[str]] = {**args.secrets, **args.secret_files}
        if not values:
            return Secrets()
        retained = pulumi.ResourceOptions(retain_on_delete=True)
        options = pulumi.ResourceOptions.merge(self._inside(), retained)

        def register(known: tuple[str, dict[str, str]]) -> tuple[str, pulumi.Resource]:
            key, texts = known
            content = json.dumps(texts, sort_keys=True).encode()
            digest = hmac.new(key.encode(), content, hashlib.sha256).hexdigest()[:_DIGITS]
            name = f"{place.name}-secrets-{digest}"
            manifest = secret(name, place, texts)
            manifest["stringData"] = pulumi.Output.secret(manifest["stringData"])
            return name, KubernetesObject(name, adjusted(manifest, self._adjust), options)

        all_values = pulumi.Output.all(**values)
        registered = pulumi.Output.all(self._target.hash_key(), all_values).apply(
            lambda known: register((known[0], known[1]))
        )
        public = pulumi.Output.unsecret(registered)
        return Secrets(
            name=public.apply(lambda both: both[0]), made=public.apply(lambda both: both[1])
        )

    def register(self, parts: Sequence[Part], secrets: Secrets) -> dict[str, KubernetesObject]:
        """Register the objects in their order, and return them by their keys."""
        parts = adjusted_parts(parts, self._adjust)
        claim = self._target.claim(
            self._name, self._parent, _named([part.manifest for part in parts])
        )
        options = self._inside(*claim)
        before: dict[str, Sequence[pulumi.Input[pulumi.Resource]]] = {
            IMAGES: self._pulls(),
            SECRET: [] if secrets.made is None else [secrets.made],
        }
        made: dict[str, KubernetesObject] = {}
        for part in parts:
            own = self._options(part, options, before)
            made[part.key] = KubernetesObject(f"{self._name}-{part.key}", part.manifest, own)
            before[part.key] = [made[part.key]]
        return made

    def remember(self, args: AppArgs, secrets: Secrets, workload: KubernetesObject) -> None:
        """Keep the files and secrets of the last healthy versions, and remove older ones."""
        names: list[pulumi.Input[str]] = []
        if args.files:
            names.append(f"configmap/{files_name(args, self._name)}")
        if secrets.made is not None:
            names.append(pulumi.Output.concat("secret/", secrets.name))
        if not names:
            return
        ContentHistory(
            f"{self._name}-content",
            ContentHistoryArgs(
                application=self._name,
                namespace=self._namespace.name,
                stack=self._target.names.base,
                names=names,
            ),
            cluster=self._target.access,
            opts=pulumi.ResourceOptions(
                parent=self._parent,
                depends_on=[workload],
                deleted_with=self._target.deleted_with,
            ),
        )

    def _inside(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """Return the options of an object in the application's namespace, once it can be used."""
        delivered = [each for image in self._images.values() for each in image.delivery]
        before = [*self._target.ready, *self._namespace.resources, *delivered, *after]
        return self._target.inside(parent=self._parent, depends_on=before)

    def _options(
        self, part: Part, options: pulumi.ResourceOptions, before: _Before
    ) -> pulumi.ResourceOptions:
        """Return the options of one part: those of all objects, with its order and its waiting."""
        own = pulumi.ResourceOptions(
            depends_on=[resource for key in part.after for resource in before[key]]
        )
        if part.retain:
            own.retain_on_delete = True
        kind = part.manifest["kind"]
        if part.awaited is not None:
            limit = f"{part.awaited}s"
            own.custom_timeouts = pulumi.CustomTimeouts(create=limit, update=limit)
            own.hooks = self._hooks(kind, part.awaited)
        merged = pulumi.ResourceOptions.merge(options, own)
        if kind == "Job" and not merged.delete_before_replace:
            # The provider decides: one that failed is deleted before the Job of the same name is
            # created, and one of a cluster that is replaced is not deleted at all.
            merged.delete_before_replace = None
        return merged

    def _hooks(self, kind: str, seconds: int) -> pulumi.ResourceHookBinding:
        """Return what runs before an update of the workload, which may take a number of seconds."""
        workload = Workload(kind, self._name, self._namespace.name)
        if kind not in _REPLICATED:
            return pulumi.ResourceHookBinding()
        replicas = replicas_hook(workload, self._target.kubeconfig)
        if kind != "StatefulSet":
            return replicas
        stuck = stuck_pods_hook(workload, self._target.kubeconfig, seconds)
        return pulumi.ResourceHookBinding.merge(replicas, stuck)

    def _pulls(self) -> list[pulumi.Resource]:
        """Return what stands once the nodes can pull the images."""
        delivered = [each for image in self._images.values() for each in image.delivery]
        options = pulumi.ResourceOptions(
            parent=self._parent, depends_on=[*self._namespace.resources, *delivered]
        )
        pulls: list[pulumi.Resource] = []
        for container, image in self._images.items():
            name = self._name if container == APPLICATION else f"{self._name}-{container}"
            pulls += image.pulls(name, self._namespace.name, options)
        return pulls


def _named(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return those with known names; one that is named by its content has no other owner."""
    return [each for each in manifests if isinstance(each["metadata"]["name"], str)]
