"""A plan: everything that decides what `make up` applies, and the hash over it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from commands.errors import CommandError
from commands.plan.sources import digest
from commands.plan.steps import Operation, Resource

_FORMAT = 1
_MARK = 4
"""Hexadecimal digits of the mark of each part."""

PARTS: Mapping[str, str] = {
    "settings": "the settings: the stack file and those that it extends",
    "sources": "the sources: the program, the toolchain, or the locked packages",
    "objects": "the objects: manifests, images, or other resources",
    "operations": "the operations: the state of the stack is another one",
    "byHand": "what was changed by hand in the cluster",
}
"""The parts of a plan in the order of their marks, in words."""

_IDENTITY = "slipway:StackIdentity"
"""Type of the resource with the id of the state."""

_LATER = "chosen by the first update"
_HASH = re.compile(rf"[0-9a-f]{{64}}(-[0-9a-f]{{{_MARK}}}){{{len(PARTS)}}}")


@dataclass(frozen=True)
class Plan:
    """Content of an update of a stack, as it would be now.

    The same content gives the same `hash`, on every machine.
    """

    project: str
    stack: str
    parts: Mapping[str, Any]
    """By the names of PARTS, values of JSON without any secret."""

    @property
    def hash(self) -> str:
        """SHA-256 over the plan, then a short mark of each part.

        The marks bind nothing: they only name the part that differs where no plan is at hand.
        """
        digests = [digest(_canonical(self.parts[name])) for name in PARTS]
        whole = digest(_canonical([_FORMAT, self.project, self.stack, *digests]))
        return "-".join([whole, *(each[:_MARK] for each in digests)])

    def write(self, path: Path) -> None:
        """Write the plan as JSON.  Raises CommandError if that is impossible."""
        content = {
            "format": _FORMAT,
            "approve": self.hash,
            "project": self.project,
            "stack": self.stack,
            **self.parts,
        }
        text = json.dumps(content, indent=1, ensure_ascii=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}", "name another file") from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the plan of a file.  Raises CommandError for a file that is none, or changed."""
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
            parts = {name: content[name] for name in PARTS}
            plan = cls(str(content["project"]), str(content["stack"]), parts)
            written = (content["format"], content["approve"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} is no plan: {error!r}", "make plan") from None
        if written != (_FORMAT, plan.hash):
            raise CommandError(
                f"{path} was changed after it was written, or by another version of Slipway",
                f"make plan STACK={plan.stack} PLAN={path}",
            )
        return plan


def planned(
    project: str,
    stack: str,
    resources: Sequence[Resource],
    *,
    settings: Mapping[str, Any],
    sources: Mapping[str, str],
    by_hand: Any,
) -> Plan:
    """Return the plan of a preview, and of what else decides."""
    objects = {
        each.urn: {"inputs": each.after, "options": each.options}
        for each in resources
        if each.after is not None
    }
    operations = {
        each.urn: {"operation": each.operation.value, **_before(each)} for each in resources
    }
    parts = {
        "settings": settings,
        "sources": sources,
        "objects": objects,
        "operations": operations,
        "byHand": by_hand,
    }
    text = json.dumps(parts)
    if (owner := _new_owner(resources)) is not None:
        text = text.replace(owner, _LATER)
    return Plan(project, stack, cast("Mapping[str, Any]", json.loads(text)))


def _new_owner(resources: Sequence[Resource]) -> str | None:
    """Return the id that a first preview has chosen for the state; the update chooses another."""
    for each in resources:
        if each.type.endswith(_IDENTITY) and each.operation is Operation.CREATE:
            return (each.after or {}).get("owner")
    return None


def is_hash(text: str) -> bool:
    """Return whether a text has the form of a plan's hash."""
    return _HASH.fullmatch(text) is not None


def differing(one: str, other: str) -> list[str]:
    """Return the names of the parts whose marks differ in two hashes."""
    pairs = zip(PARTS, one.split("-")[1:], other.split("-")[1:], strict=True)
    return [name for name, mark, current in pairs if mark != current]


def _before(resource: Resource) -> Mapping[str, Any]:
    """Return the inputs of the last update, unless they are those of the next one."""
    is_known = resource.operation is Operation.SAME and resource.before == resource.after
    return {} if is_known or resource.before is None else {"before": resource.before}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
