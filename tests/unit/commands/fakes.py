"""Executables that answer from a table, and a state as Pulumi exports it."""

import json
from pathlib import Path
from typing import Any


class Program:
    """An executable that notes how it is called and answers by the beginning of its arguments.

    Of the rules the latest that fits counts; without one it succeeds and prints nothing. What it
    gets on standard input is kept for calls that have a rule with `reads`.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / name
        self._notes = folder / f".{name}"
        self._notes.mkdir(parents=True)
        self._rules: list[str] = []
        self.stdin = self._notes / "stdin"
        self._write()

    def answers(
        self, call: str, text: str = "", *, code: int = 0, error: str = "", reads: bool = False
    ) -> None:
        """Say what a call prints, on both outputs, and how it ends."""
        kept = self._notes / f"answer{len(self._rules)}"
        kept.write_text(text)
        complaint = self._notes / f"error{len(self._rules)}"
        complaint.write_text(error)
        first = f"cat > '{self.stdin}'; " if reads else ""
        self.does(call, f"{first}cat '{kept}'; cat '{complaint}' >&2; exit {code}")

    def does(self, call: str, script: str) -> None:
        """Say what a call does, in the shell's words."""
        self._rules.append(f'"{call}"*) {script} ;;')
        self._write()

    @property
    def calls(self) -> list[str]:
        """The arguments of every call so far."""
        log = self._notes / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def _write(self) -> None:
        rules = "\n".join(reversed(self._rules))
        self._file.write_text(
            f"#!/bin/sh\necho \"$*\" >> '{self._notes}/calls'\n"
            f'case "$*" in\n{rules}\n*) : ;;\nesac\n'
        )
        self._file.chmod(0o755)


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """A resource as an exported state shows it."""
    urn = f"urn:pulumi:kind::slipway::{kind}::{name}"
    return {"urn": urn, "type": kind, "custom": True, "inputs": {}, "outputs": {}, **more}


def deployment(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An exported state."""
    return {"version": 3, "deployment": {"resources": list(resources), **more}}


def deployed(*resources: dict[str, Any], **outputs: str) -> dict[str, Any]:
    """The state of a stack that is up, in a cluster of the UID `uid-1`."""
    said = {"context": "kind-slipway-kind", "clusterUid": "uid-1", **outputs}
    return deployment(
        resource("pulumi:pulumi:Stack", "slipway-kind", custom=False, outputs=said), *resources
    )


def as_text(state: dict[str, Any]) -> str:
    """What `pulumi stack export` prints."""
    return json.dumps(state)
