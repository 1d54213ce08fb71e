"""ImmutableFields: refuses, in the preview, what would delete an object that serves."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckFailure, DiffResult, Resource

from ...dynamic import DynamicProvider, Inputs, Preflight, Properties, without
from ...k8s.access import ClusterAccess
from ...machine.runner import CommandError
from ..hooks import Workload
from .changes import Change, Guarded, compare, notes, refusals
from .claims import existing_claims
from .fields import immutable_fields
from .volumes import VOLUMES, Volume, growing

if TYPE_CHECKING:
    from ..manifests import Part

_WAY_OUT = (
    "set it back; or, where that loss is acceptable, set `allowReplace: true` of the application "
    "for one update"
)


class _Inputs(Inputs):
    application: str
    objects: dict[str, Guarded]
    allow_replace: bool
    kubeconfig: str = ""


class ImmutableFieldsProvider(DynamicProvider[_Inputs]):
    """Compares the immutable fields of an application's objects with those of the last update.

    In `preflight`, which runs in previews too, and before any object of the application changes.
    """

    inputs = _Inputs
    secret_inputs = frozenset({"kubeconfig"})

    def preflight(self, olds: _Inputs | None, news: _Inputs) -> Preflight:
        if olds is None or news.allow_replace:
            return Preflight()
        changed = compare(olds.objects, news.objects)
        refused = [*refusals(changed), *self._too_large(changed, news.kubeconfig)]
        if not refused:
            return Preflight()
        message = f"{news.application}: refused: {'; '.join(refused)}. next: {_WAY_OUT}"
        return Preflight(failures=[CheckFailure("objects", message)])

    def compared(self, properties: Properties) -> Properties:
        return without(super().compared(properties), "allowReplace")

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        result = super().diff(_id, _olds, _news)
        if result.changes:
            olds, news = self._parse(_olds), self._parse(_news)
            for note in notes(compare(olds.objects, news.objects)):
                print(f"{news.application}: {note}", flush=True)
        return result

    def identify(self, news: _Inputs) -> str:
        return f"{news.application}-immutable-fields"

    def _too_large(self, changed: Sequence[Change], kubeconfig: str) -> Iterator[str]:
        """Yield the volumes that get larger and whose storage class does not allow that."""
        for change in changed:
            if change.path == VOLUMES and not pulumi.contains_unknowns(kubeconfig):
                for old, new in growing(change.before or [], change.after or []):
                    yield from self._fixed(change, old, new, kubeconfig)

    def _fixed(self, change: Change, old: Volume, new: Volume, kubeconfig: str) -> Iterator[str]:
        workload = Workload(change.kind, change.name, change.namespace)
        what = f"the {change.object}: {new['name']}"
        try:
            claims = existing_claims(self.runner, kubeconfig, workload, new["name"])
        except CommandError as error:
            yield f"{what}: the cluster does not answer whether it can grow: {error}"
            return
        if fixed := [each for each in claims if not each.can_grow]:
            yield (
                f"{what} cannot grow from {old['size']} to {new['size']}: the storage class "
                f"{fixed[0].storage_class} does not allow volume expansion, so that "
                f"{', '.join(each.name for each in fixed)} would keep the size, and only claims "
                "of new pods get the new one"
            )


class ImmutableFields(Resource, module="slipway", name="ImmutableFields"):
    """A guard of an application's objects: none is replaced unless the settings allow it."""

    def __init__(
        self,
        application: str,
        parts: "Sequence[Part]",
        *,
        allow_replace: bool,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "application": application,
            "objects": {
                part.key: {"kind": part.manifest["kind"], "fields": fields}
                for part in parts
                if (fields := immutable_fields(part.manifest))
            },
            "allowReplace": allow_replace,
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            ImmutableFieldsProvider(),
            f"{application}-immutable-fields",
            inputs,
            pulumi.ResourceOptions.merge(opts, secret),
        )
