"""The registration of an application's objects, each after what it needs."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import pulumi

from .. import checks
from ..image import Image
from ..k8s.objects import KubernetesObject
from ..targets.base import Namespace, Target
from .adjustment import Adjust, adjusted, adjusted_parts
from .args import AppArgs
from .args.containers import APPLICATION
from .by_hand import by_hand_hook
from .content_history import ContentHistory, ContentHistoryArgs
from .early_service import early_service_hook
from .ended_pods import ended_pods_hook
from .first_answer import first_answer_hook
from .hooks import Workload
from .immutable import ImmutableFields, changed_in_place, in_place_hook, marked
from .manifests import IMAGES, SECRET, SERVICE, Part, Placement
from .manifests.files import files_name, secret
from .node_port import node_port_hook
from .replicas import replicas_hook
from .rollout import Together, rollout_args, rollout_hook
from .stuck_pods import stuck_pods_hook

_DIGITS = 10

_REPLICATED = ("Deployment", "StatefulSet")
"""Kinds with a number of pods."""

_POLICY = "NetworkPolicy"

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
        together: Together | None = None,
    ) -> None:
        self._parent = parent
        self._name = name
        self._target = target
        self._namespace = namespace
        self._images = images
        self._adjust = adjust
        self._together = together

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

    def register(
        self, args: AppArgs, parts: Sequence[Part], secrets: Secrets
    ) -> dict[str, KubernetesObject]:
        """Register the objects in their order, and return them by their keys.

        Raises SettingsError, before the first of them, for what a cluster would refuse.
        """
        made_by_settings = parts
        parts = adjusted_parts(parts, self._adjust)
        self._refuse(args, made_by_settings, parts)
        claim = self._target.claim(
            self._name, self._parent, [part.manifest for part in parts if _has_own_name(part)]
        )
        guard = ImmutableFields(
            self._name,
            parts,
            allow_replace=args.allow_replace,
            cluster=self._target.access,
            opts=pulumi.ResourceOptions(
                parent=self._parent, deleted_with=self._target.deleted_with
            ),
        )
        options = self._inside(*claim, guard)
        before: dict[str, Sequence[pulumi.Input[pulumi.Resource]]] = {
            IMAGES: self._pulls(),
            SECRET: [] if secrets.made is None else [secrets.made],
        }
        policies = [_name(part) for part in parts if part.manifest["kind"] == _POLICY]
        made: dict[str, KubernetesObject] = {}
        for part in parts:
            own = self._options(part, options, before)
            together = self._together if part.key == args.kind.lower() else None
            hooks = (self._hooks(part, policies), self._rollout_hook(part, args, together))
            own.hooks = bound = pulumi.ResourceHookBinding.merge(*hooks)
            if together is not None:
                needs = [each for key in part.after for each in before[key]]
                others = pulumi.ResourceOptions(depends_on=together.join(self._name, needs))
                own = pulumi.ResourceOptions.merge(own, others)
                own.hooks = together.guarded(self._name, bound)
            name = f"{self._name}-{part.key}"
            made[part.key] = KubernetesObject(name, marked(part.manifest), own)
            if together is not None:
                together.registered(self._name, made[part.key])
            before[part.key] = [made[part.key]]
        return made

    def _refuse(self, args: AppArgs, before: Sequence[Part], after: Sequence[Part]) -> None:
        """Raise SettingsError for objects that a cluster would refuse.

        Settings give no such objects, but for what they pass on as it is, and `adjust` may. Other
        programs do not load the schemas.
        """
        pairs = zip(before, after, strict=True)
        is_adjusted = bool(self._adjust) and any(a.manifest != b.manifest for a, b in pairs)
        if is_adjusted or (args.autoscale and args.autoscale.metrics):
            namespace = self._target.namespace_manifest(self._namespace.name)
            where = f'App("{self._name}"){", adjust" if is_adjusted else ""}'
            objects = [namespace, *(part.manifest for part in after)]
            checks.refuse(objects, where, self._target.kubernetes_version)

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
        own.ignore_changes = list(changed_in_place(part.manifest["kind"]))
        if part.awaited is not None:
            limit = f"{part.awaited}s"
            own.custom_timeouts = pulumi.CustomTimeouts(create=limit, update=limit)
        return pulumi.ResourceOptions.merge(options, own)

    def _hooks(self, part: Part, policies: Sequence[str]) -> pulumi.ResourceHookBinding:
        """Return what runs before and after an update of an object, and when one fails.

        `policies` are the names of the application's NetworkPolicies.
        """
        kubeconfig, kind = self._target.kubeconfig, part.manifest["kind"]
        name = f"{self._name}-{part.key}"
        hooks = [by_hand_hook(name, kubeconfig), in_place_hook(name, part.manifest, kubeconfig)]
        hooks.append(self._address_hook(part))
        workload = Workload(kind, self._name, self._namespace.name)
        if kind in _REPLICATED:
            hooks.append(replicas_hook(workload, kubeconfig))
            hooks.append(ended_pods_hook(workload, policies, kubeconfig))
        if kind == "StatefulSet" and part.awaited is not None:
            hooks.append(stuck_pods_hook(workload, kubeconfig, part.awaited))
        return reduce(pulumi.ResourceHookBinding.merge, hooks)

    def _rollout_hook(
        self, part: Part, args: AppArgs, together: Together | None
    ) -> pulumi.ResourceHookBinding:
        """Return what rolls the part out, after all other hooks before its update."""
        rollout = rollout_args(self._name, part.manifest["kind"], part.key, args)
        if rollout is None:
            return pulumi.ResourceHookBinding()
        secrets = [*args.secrets.values(), *args.secret_files.values()]
        kubeconfig = self._target.kubeconfig
        return rollout_hook(f"{self._name}-{part.key}", rollout, kubeconfig, secrets, together)

    def _address_hook(self, part: Part) -> pulumi.ResourceHookBinding:
        """Return what runs before the part is written, for the sake of the Service."""
        kind, names = part.manifest["kind"], self._target.names
        workload = Workload(kind, self._name, self._namespace.name)
        if part.early is not None:
            early = (part.early, names.field_manager)
            return early_service_hook(workload, *early, self._target.kubeconfig)
        if part.key == SERVICE:
            port = node_port_hook(workload, names.base, self._target.kubeconfig)
            answer = None if part.url is None else first_answer_hook(self._name, part.url)
            return pulumi.ResourceHookBinding.merge(port, answer)
        return pulumi.ResourceHookBinding()

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


def _name(part: Part) -> str:
    return part.manifest["metadata"]["name"]


def _has_own_name(part: Part) -> bool:
    """Return whether it has a name that others may have: not one of its content.

    A retained object of an earlier version may be used again.
    """
    return isinstance(part.manifest["metadata"]["name"], str) and not part.retain
