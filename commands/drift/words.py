"""Findings in words, one line for each change."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from commands.drift.comparison import Change
from commands.drift.findings import Finding, Kind, owner
from commands.drift.path import text
from commands.drift.values import MISSING, hides
from commands.recent import duration

_LONGEST = 60


class Outlook(Enum):
    """The repair that follows a report."""

    NOW = "now"
    UPDATE = "update"
    """At once, except for what the coming update may change itself."""

    PREVIEW = "preview"
    """None: `make up` would set back what is reported."""


def lines(found: Sequence[Finding], now: datetime, outlook: Outlook) -> list[str]:
    """Return the lines that report findings, each with what becomes of it."""
    return [line for finding in found for line in _lines(finding, now, outlook)]


def subject(finding: Finding) -> str:
    """Return the beginning of a line: the object."""
    return f"{finding.declared}: the {finding.declared.kind}"


def difference(finding: Finding, change: Change | None, now: datetime) -> str:
    """Return what differs: a field, or the object as a whole."""
    if change is not None:
        return f"{subject(finding)}'s {_change(finding, change, now)}"
    words = {
        Kind.GONE: "was deleted",
        Kind.ENDING: "is being deleted",
        Kind.ADOPTED: "has another owner",
        Kind.CHANGED: "has a version whose rollout was killed",
    }
    return f"{subject(finding)} {words[finding.kind]}"


def _lines(finding: Finding, now: datetime, outlook: Outlook) -> Iterator[str]:
    declared = finding.declared
    preview = outlook is Outlook.PREVIEW
    beginning = subject(finding)
    again = "`make up` recreates it" if preview else "recreated"
    if finding.kind is Kind.GONE:
        yield f"{beginning} was deleted; {again}"
    elif finding.kind is Kind.ENDING and finding.live is not None:
        kept = ", ".join(finding.live["metadata"].get("finalizers") or ())
        by = f", and the finalizers {kept} keep it" if kept else ""
        yield f"{beginning} is being deleted{by}; {again} once it is gone"
    elif finding.kind is Kind.ADOPTED and finding.live is not None:
        stack = owner(declared.manifest, finding.live)
        yield f"{beginning} is owned by the stack {stack} now; left as it is"
    elif finding.is_unfinished:
        yield f"{beginning} has a version whose rollout was killed; {_return(finding, outlook)}"
    else:
        for change in finding.changes:
            repair = _repair(finding, change, outlook)
            yield f"{beginning}'s {_change(finding, change, now)}; {repair}"


def _return(finding: Finding, outlook: Outlook) -> str:
    if outlook is Outlook.PREVIEW:
        return "`make up` replaces it"
    if finding.waits_for_update and outlook is Outlook.UPDATE:
        return "replaced with this update"
    return "set back to the declared one"


def _change(finding: Finding, change: Change, now: datetime) -> str:
    where = text(change.path)
    by = _author(change, now)
    if change.live is MISSING:
        return f"{where} was removed{by}"
    if change.declared is MISSING:
        # In place of a secret's reference, the value may be the secret.
        value = "" if change.path[-1] == "value" else f" to {_shown(change.live)}"
        return f"{where} was set{value}{by}"
    if _is_secret(finding, change):
        return f"{where} was changed{by}"
    return f"{where} was changed from {_shown(change.declared)} to {_shown(change.live)}{by}"


def _repair(finding: Finding, change: Change, outlook: Outlook) -> str:
    preview = outlook is Outlook.PREVIEW
    if change.declared is MISSING:
        return "`make up` removes it" if preview else "removed"
    if finding.waits_for_update and outlook is Outlook.UPDATE:
        return "taken back with this update"
    value = "" if _is_secret(finding, change) else f" to {_shown(change.declared)}"
    return f"`make up` sets it back{value}" if preview else f"set back{value}"


def _author(change: Change, now: datetime) -> str:
    if change.author is None:
        return ""
    time = change.author.time
    ago = f" {duration(now - time.astimezone(UTC))} ago" if time else ""
    return f" by {change.author}{ago}"


def _is_secret(finding: Finding, change: Change) -> bool:
    in_secret = finding.declared.kind == "Secret" and change.path[0] != "metadata"
    return in_secret or hides(change.declared)


def _shown(value: Any) -> str:
    """Return a value as in YAML's flow style, cut off where it is long."""
    shown = value if isinstance(value, str) and value else json.dumps(value)
    shown = " ".join(str(shown).split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
