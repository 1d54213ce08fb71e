"""StackIdentity: the names of a stack, and the random id by which it owns objects in clusters."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, Resource

from ..dynamic import DynamicProvider, Inputs, Preflight
from ..machine.runner import CommandError
from ..names import Names
from . import stack_state


class _Inputs(Inputs):
    project: str
    stack: str
    owner: str | None = None

    @property
    def names(self) -> Names:
        return Names(self.project, self.stack)


class StackIdentityProvider(DynamicProvider[_Inputs]):
    """Refuses another project or stack name, in `preflight`, which runs in previews too.

    The owner is chosen there as well, so that a preview knows it.
    """

    inputs = _Inputs
    outputs = frozenset({"owner"})

    def preflight(self, olds: _Inputs | None, news: _Inputs) -> Preflight:
        known = olds or self._recorded(news.stack)
        owner = (known.owner if known else None) or secrets.token_hex(8)
        if known and known.names != news.names:
            failure = CheckFailure("stack", _renamed(known.names, news.names))
            return Preflight({"owner": owner}, [failure])
        return Preflight({"owner": owner})

    def identify(self, news: _Inputs) -> str:
        return str(news.owner)

    def _recorded(self, stack: str) -> _Inputs | None:
        """Return the identity in the state: a `--replace` recreates it and hides the old inputs.

        A state that cannot be read leads to a new id, with which no existing object is accepted.
        """
        try:
            resources = stack_state.resources(self.runner, stack)
        except CommandError:
            return None
        recorded = stack_state.of_type(resources, "StackIdentity")
        return _Inputs.parse(recorded[0]) if recorded else None


def _renamed(old: Names, new: Names) -> str:
    if old.project == new.project:
        back = f"`pulumi stack rename {old.stack} --stack {new.stack}`"
    elif old.stack == new.stack:
        back = f"`name: {old.project}` in Pulumi.yaml"
    else:
        back = (
            f"`name: {old.project}` in Pulumi.yaml and `pulumi stack rename {old.stack} --stack "
            f"{new.stack}`"
        )
    return (
        f"refused: this state is that of the stack {old.stack} of the project {old.project}, which "
        f"is called {new.stack} of {new.project} now. Cluster, namespaces and registry are named "
        f"after both: everything named {old.base} would be deleted, with the data in it, and "
        f"created again as {new.base}. To go back: {back}. To move on purpose: deploy a new stack "
        "of the new name beside this one, move the data, then destroy this one under its old name"
    )


class StackIdentity(Resource, module="slipway", name="StackIdentity"):
    """The project and the stack that a state belongs to, which cannot change.

    `owner` is random, chosen once, and distinguishes the stack from one of the same names with
    another state: a second checkout, or a state that was lost.
    """

    owner: pulumi.Output[str]

    def __init__(self, name: str, names: Names, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs: dict[str, Any] = {"project": names.project, "stack": names.stack, "owner": None}
        super().__init__(StackIdentityProvider(), name, inputs, opts)
