"""Registering an application's objects, each once what it needs is there."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from ..image import Image
from ..k8s.objects import KubernetesObject
from ..targets.base import Namespace, Target
from .adjustment import Adjust, adjusted
from .args import AppArgs
from .content_history import ContentHistory, ContentHistoryArgs
from .manifests import Manifest, Part, Placement
from .manifests.files import files_name, secret
from .replicas import replicas_hook

_DIGITS = 10


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
        """The secrets of an application, as a Secret whose name is a keyed hash of them.

        Who reads the name alone can find out nothing by guessing. Registered once the values are
        known, as Pulumi knows a resource by its name.
        """
        values: dict[str, pulumi.Output[str]] = {**args.secrets, **args.secret_files}
        if not values:
            return Secrets()
        options = self._inside(args)

        def register(known: tuple[str, dict[str, str]]) -> tuple[str, pulumi.Resource]:
            key, texts = known
            content = json.dumps(texts, sort_keys=True).encode()
            digest = hmac.new(key.encode(), content, hashlib.sha256).hexdigest()[:_DIGITS]
            name = f"{place.name}-secrets-{digest}"
            manifest = secret(name, place, texts)
            manifest["stringData"] = pulumi.Output.secret(manifest["stringData"])
            made = KubernetesObject(name, adjusted(manifest, self._adjust), _kept(options))
            return name, made

        all_values = pulumi.Output.all(**values)
        registered = pulumi.Output.all(self._target.hash_key(), all_values).apply(
            lambda known: register((known[0], known[1]))
        )
        shown = pulumi.Output.unsecret(registered)
        return Secrets(
            name=shown.apply(lambda found: found[0]),
            made=shown.apply(lambda found: found[1]),
        )

    def register(
        self, args: AppArgs, parts: Sequence[Part], secrets: Secrets
    ) -> dict[str, KubernetesObject]:
        """Register the objects in their order; the objects by their keys."""
        manifests = [adjusted(part.manifest, self._adjust) for part in parts]
        claim = self._target.claim(self._name, self._parent, _named(manifests))
        options = self._inside(args, *claim)
        pulled = self._pulls()
        made: dict[str, KubernetesObject] = {}
        for part, manifest in zip(parts, manifests, strict=True):
            own = options
            if part.key.startswith("files-"):
                own = _kept(options)
            if part.key in (args.kind.lower(), "migration"):
                before = [made[key] for key in made if key not in ("service", "budget")]
                secret_made = [] if secrets.made is None else [secrets.made]
                own = _after(options, *pulled, *before, *secret_made)
            if part.key == args.kind.lower():
                own = self._awaited(args, own)
            if part.key == "autoscaler":
                own = _after(options, made[args.kind.lower()])
            made[part.key] = KubernetesObject(f"{self._name}-{part.key}", manifest, own)
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

    def _inside(self, args: AppArgs, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options of an object in the application's namespace, once that can be used."""
        delivered = [one for image in self._images.values() for one in image.delivery]
        before = [*self._target.ready, *self._namespace.resources, *delivered, *after]
        options = self._target.inside(parent=self._parent, depends_on=before)
        return _after(options, *self._target.called(self._name, args.calls))

    def _pulls(self) -> list[pulumi.Resource]:
        there = pulumi.ResourceOptions(
            parent=self._parent,
            depends_on=[
                *self._namespace.resources,
                *(one for image in self._images.values() for one in image.delivery),
            ],
        )
        return [
            one
            for helper, image in self._images.items()
            for one in self._target.images.pulls(
                f"{self._name}-{helper}".rstrip("-"), self._namespace.name, image.reference, there
            )
        ]

    def _awaited(self, args: AppArgs, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """The provider waits for the rollout: each pod may take its start-up time, and an update
        needs two waves at the most (maxSurge 50 %); a StatefulSet has a wave for each pod."""
        if args.kind == "CronJob":
            return options
        if args.kind == "Job":
            seconds = args.job.deadline_seconds
        elif args.kind == "StatefulSet":
            most = args.autoscale.max if args.autoscale else args.replicas
            a_pod = args.startup_seconds + args.drain_seconds + args.shutdown_seconds
            seconds = max(1, most) * (a_pod + args.min_ready_seconds)
        else:
            seconds = 2 * (args.startup_seconds + args.min_ready_seconds)
        limit = f"{seconds + 60}s"
        hooks = replicas_hook(self._name, args, self._target, self._namespace.name)
        timeouts = pulumi.CustomTimeouts(create=limit, update=limit)
        return pulumi.ResourceOptions.merge(
            options, pulumi.ResourceOptions(custom_timeouts=timeouts, hooks=hooks)
        )


def _named(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Those whose names are known; one that is named by its content is nobody else's."""
    return [one for one in manifests if isinstance(one["metadata"]["name"], str)]


def _kept(options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Options of what pods of earlier versions may still need: ContentHistory removes it."""
    kept = pulumi.ResourceOptions(retain_on_delete=True)
    return pulumi.ResourceOptions.merge(options, kept)


def _after(
    options: pulumi.ResourceOptions, *resources: pulumi.Input[pulumi.Resource]
) -> pulumi.ResourceOptions:
    """`options` of something that also needs these resources."""
    more = pulumi.ResourceOptions(depends_on=list(resources))
    return pulumi.ResourceOptions.merge(options, more)
