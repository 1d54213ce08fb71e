"""A hook on an update that fails because of a change by hand: it takes that back, once.

The vendor's provider updates what exists only, waits for a rollout that is paused, and server-side
apply leaves a field of another manager that excludes one of the stack's. `make up` finds all that
before the update.
https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from ..k8s.kubectl import kubectl
from ..k8s.objects import Manifest
from ..machine.runner import Runner
from .hooks import hooks_exist

_MANAGER = "pulumi.com/patchFieldManager"
_GONE, _EXCLUDED = "not found", "is invalid"
"""What the errors of the provider have in them."""


def by_hand_hook(key: str, kubeconfig: pulumi.Output[str]) -> pulumi.ResourceHookBinding:
    """Return the hook on an update of an object that fails; `key` names it."""
    if not hooks_exist():
        return pulumi.ResourceHookBinding()

    async def take_back(hook: pulumi.ErrorHookArgs) -> bool:
        if hook.failed_operation != "update" or len(hook.errors) > 1:
            return False
        inputs = pulumi.Output.all(hook.old_inputs, hook.new_inputs, kubeconfig)
        known = await inputs.future()
        return known is not None and Change(*known).take_back(hook.errors[0])

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{key}-by-hand", take_back)])


class Change:
    """A change by hand of an object, which the stack had as `before` and is to have as `after`."""

    def __init__(self, before: Manifest, after: Manifest, kubeconfig: str) -> None:
        self._before = before
        self._after = after
        self._kubeconfig = kubeconfig
        metadata = before["metadata"]
        self._namespace = f"--namespace={metadata.get('namespace', 'default')}"
        self._place = (str(before["kind"]).lower(), metadata["name"], self._namespace)
        self._object = f"the {before['kind']} {metadata['name']} in {metadata.get('namespace')}"

    def take_back(self, error: str) -> bool:
        """Take the change back, and return whether there was one that explains the error.

        A preview changes nothing: it reports the next step. Raises CommandError.
        """
        text = self._kubectl("get", *self._place, "--ignore-not-found", "--output=json")
        live: Mapping[str, Any] = json.loads(text) if text.strip() else {}
        spec: Mapping[str, Any] = live.get("spec", {})
        if not live and _GONE in error:
            return self._done("was deleted outside Pulumi", "recreated", self._create)
        if spec.get("paused") and "paused" not in self._after["spec"]:
            return self._done("was paused outside Pulumi", "resumed", self._resume)
        if _EXCLUDED in error and "template" in spec:
            what = "has fields of another manager that exclude those of the stack"
            return self._done(what, "set back", self._set_containers)
        return False

    def _done(self, what: str, how: str, work: Callable[[], None]) -> bool:
        if pulumi.runtime.is_dry_run():
            print(f"{self._object} {what}. next: `make up`, or `pulumi up --refresh`", flush=True)
            return False
        work()
        print(f"{self._object} {what}, and was {how}", flush=True)
        return True

    def _create(self) -> None:
        """Create the object as it was at the last update."""
        created = {key: value for key, value in self._before.items() if key != "status"}
        manager = created["metadata"].get("annotations", {}).get(_MANAGER, "slipway")
        apply = ("apply", "--server-side", f"--field-manager={manager}", "--filename=-")
        self._kubectl(*apply, stdin=json.dumps(created))

    def _resume(self) -> None:
        # Holds as well if it is resumed by hand meanwhile: the API server keeps no `false`.
        self._patch({"op": "add", "path": "/spec/paused", "value": False})

    def _set_containers(self) -> None:
        """Let the containers be those of the update, without a field of another manager."""
        pod = self._after["spec"]["template"]["spec"]
        paths = {key: pod[key] for key in ("containers", "initContainers") if pod.get(key)}
        self._patch(
            *(
                {"op": "add", "path": f"/spec/template/spec/{key}", "value": value}
                for key, value in paths.items()
            )
        )

    def _patch(self, *operations: Mapping[str, Any]) -> None:
        self._kubectl("patch", *self._place, "--type=json", "--patch", json.dumps(list(operations)))

    def _kubectl(self, *words: str, stdin: str | None = None) -> str:
        return kubectl(Runner(), self._kubeconfig, *words, stdin=stdin)
