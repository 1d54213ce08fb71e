"""A plan as a comment of a pull request, in Markdown.

Replacements and deletions come first and apart, as they end what runs. Values are shown as code,
so that no text of a setting is formatted, mentioned or linked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from commands.plan.differences import Difference, holds_unknown, shown
from commands.plan.effects import autoscaled, effect
from commands.plan.steps import Operation, Resource, of, unchanged

MARK = "<!-- slipway plan of {stack} -->"
"""First line, by which a job finds the comment of an earlier run."""

_LONGEST = 60_000
"""Characters; GitHub takes 65,536."""

_MOST_FIELDS = 20
_SHORT_DIGEST = re.compile(r"@sha256:([0-9a-f]{12})[0-9a-f]{52}")
_HELPERS = ("pulumi-python:dynamic/", "pulumi:", "slipway:index:")
_ROOMS = ("KindCluster", "KindNodes", "MinikubeProfile", "MinikubeNodes", "PushedImage")
"""Dynamic resources that are more than bookkeeping of the stack."""

_SECTIONS: Mapping[Operation, str] = {
    Operation.REPLACE: "Replaced: deleted and created again",
    Operation.DELETE: "Deleted",
    Operation.UPDATE: "Changed",
    Operation.CREATE: "Created",
}
_COUNTS: Mapping[Operation, str] = {
    Operation.CREATE: "to create",
    Operation.UPDATE: "to change",
    Operation.REPLACE: "to replace",
    Operation.DELETE: "to delete",
}


@dataclass(frozen=True)
class Comment:
    """Content of a comment, which `str` writes out."""

    stack: str
    hash: str
    resources: Sequence[Resource]
    by_hand: Sequence[str] | None = ()
    """Changes by hand in words; None where the cluster did not answer."""

    rooms: Mapping[str, str] = field(default_factory=dict[str, str])
    """By URN, whether the pods that a change adds fit."""

    messages: Sequence[str] = ()
    """What the preview said."""

    def __str__(self) -> str:
        text = "\n".join(self._lines())
        if len(text) <= _LONGEST:
            return f"{text}\n"
        cut = text[:_LONGEST].rpartition("\n")[0]
        return f"{cut}\n\n… cut here: the plan file has the rest.\n\n{self._approval()}\n"

    def _lines(self) -> Iterator[str]:
        yield MARK.format(stack=self.stack)
        yield f"### Plan of the stack {_code(self.stack)}"
        yield ""
        yield self._summary()
        stateful = [each for each in self._ended() if each.is_stateful]
        if stateful:
            names = ", ".join(f"{each.kind} {_code(each.name)}" for each in stateful)
            yield ""
            yield f"> **Data may be lost**: {names}"
        for operation in _SECTIONS:
            yield from self._section(operation)
        yield from self._changes_by_hand()
        if self.messages:
            yield from ("", "#### Messages", "", *(f"- {_code(each)}" for each in self.messages))
        yield from ("", self._approval())

    def _summary(self) -> str:
        counts = [
            f"{number} {words}"
            for operation, words in _COUNTS.items()
            if (number := len(list(of([*self.resources], operation))))
        ]
        rest = f"{unchanged([*self.resources])} unchanged"
        return f"{', '.join(counts) or 'No change'}; {rest}."

    def _ended(self) -> Iterator[Resource]:
        for operation in (Operation.REPLACE, Operation.DELETE):
            yield from (each for each in of([*self.resources], operation) if not each.is_retained)

    def _section(self, operation: Operation) -> Iterator[str]:
        found = list(of([*self.resources], operation))
        if not found:
            return
        yield from ("", f"#### {_SECTIONS[operation]}", "")
        helpers = [each for each in found if _is_helper(each)]
        for each in found:
            if not _is_helper(each):
                yield from self._resource(each)
        if helpers:
            names = ", ".join(_code(f"{each.kind} {each.name}") for each in helpers)
            yield f"- of the stack itself: {names}"

    @cached_property
    def _autoscaled(self) -> dict[str, tuple[int, int]]:
        return autoscaled(self.resources)

    def _resource(self, resource: Resource) -> Iterator[str]:
        holds_data = " ⚠ holds data" if resource.is_stateful else ""
        effects = (effect(resource, self._autoscaled), self.rooms.get(resource.urn, ""))
        words = "; ".join(filter(None, effects))
        subject = f"- **{resource.kind}** {_code(resource.name)}{holds_data}"
        yield f"{subject}: {words}" if words else subject
        if resource.operation in (Operation.UPDATE, Operation.REPLACE):
            later = [each for each in resource.differences if holds_unknown(each.after)]
            now = [each for each in resource.differences if each not in later]
            yield from (_change(each) for each in now[:_MOST_FIELDS])
            if len(now) > _MOST_FIELDS:
                yield f"  - and {len(now) - _MOST_FIELDS} more fields"
            if later:
                fields = ", ".join(_code(each.field) for each in later[:_MOST_FIELDS])
                yield f"  - known after the build, or another step of the update: {fields}"

    def _changes_by_hand(self) -> Iterator[str]:
        if self.by_hand is None:
            yield from ("", "The cluster does not answer: changes by hand are not known.")
        elif self.by_hand:
            yield from ("", "#### Changed by hand in the cluster", "")
            yield from (f"- {_code(each)}" for each in self.by_hand)

    def _approval(self) -> str:
        command = f"make up STACK={self.stack} APPROVED={self.hash}"
        return f"Approve and apply exactly this plan:\n\n```console\n{command}\n```"


def _change(change: Difference) -> str:
    return (
        f"  - {_code(change.field)}: {_code(_short(change.before))} → {_code(_short(change.after))}"
    )


def _short(value: object) -> str:
    return shown(_SHORT_DIGEST.sub(r"@sha256:\1…", value) if isinstance(value, str) else value)


def _is_helper(resource: Resource) -> bool:
    return resource.type.startswith(_HELPERS) and resource.kind not in _ROOMS


def _code(text: str) -> str:
    """Return a text as code in one line; what would end the code is replaced."""
    plain = " ".join(text.split()).replace("`", "'").replace("<!--", "<! --")
    return f"`{plain}`" if plain else "(empty)"
