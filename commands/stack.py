"""A stack, reached through plain `pulumi` commands."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

from commands.checkout import Checkout
from commands.errors import CommandError
from commands.waiting import until_it_ends
from toolchain import backend
from toolchain.checkpoints import find_damage

_WRONG_PASSPHRASE = "incorrect passphrase"


class Stack:
    """One stack of a checkout. Raises CommandError when it has no stack file."""

    def __init__(self, name: str, checkout: Checkout) -> None:
        self.name = name
        self.checkout = checkout
        self.file = checkout.stack_file(name)

    def select(self) -> None:
        """Select this stack, for plain commands too; it is created if it does not exist."""
        self._require_readable_state()
        self._capture("stack", "select", "--create", self.name)
        self._show_file_as_committed()

    def exists(self) -> bool:
        """Return whether the backend has this stack."""
        self._require_readable_state()
        return self.name in self.names()

    def names(self) -> list[str]:
        """Return the names of all stacks of the project that the backend has."""
        listed: list[dict[str, str]] = json.loads(self._capture("stack", "ls", "--json"))
        return [entry["name"] for entry in listed]

    def tags(self, name: str) -> dict[str, str]:
        """Return the tags of a stack of the project."""
        return json.loads(self._capture("stack", "tag", "ls", "--json", "--stack", name))

    def tag(self, key: str, value: str) -> None:
        """Set a tag of this stack, which the backend keeps."""
        self._capture("stack", "tag", "set", key, value, "--stack", self.name)

    def state(self) -> dict[str, Any]:
        """Return the stack's deployment from the backend, secrets encrypted.

        Raises CommandError when the file that holds it is damaged, with the good copy.
        """
        self._require_readable_state()
        return json.loads(self._capture("stack", "export", "--stack", self.name))

    def state_with_secrets(self) -> dict[str, Any]:
        """Return the stack's deployment with its secrets in plain text."""
        return json.loads(self._capture("stack", "export", "--show-secrets", "--stack", self.name))

    def read_config(self) -> None:
        """Decrypt the secrets of the stack file. Raises CommandError when that is impossible."""
        self._capture("config", "--show-secrets", "--stack", self.name)

    def put_state(self, state: Mapping[str, Any]) -> None:
        """Replace the stack's deployment."""
        self._capture("stack", "import", "--stack", self.name, stdin=json.dumps(state))

    def preview(self) -> dict[str, Any]:
        """Return what `up` would do with each resource, secrets as `[secret]`; changes nothing.

        Raises CommandError with the messages of a preview that fails.
        """
        words = ("preview", "--json", "--show-sames", "--non-interactive", "--stack", self.name)
        # With the variable set Pulumi prints events instead of one document.
        streaming = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
        done = subprocess.run(
            [self._pulumi, *words],
            cwd=self.checkout.root,
            env={key: value for key, value in os.environ.items() if key != streaming},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        self._show_file_as_committed()
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            found = {}
        if done.returncode == 0 and found:
            return found
        errors = [
            str(each["message"]).strip()
            for each in found.get("diagnostics") or ()
            if each.get("severity") == "error"
        ]
        reason = "\n".join(errors) or done.stderr.strip() or done.stdout.strip()
        raise CommandError(
            f"the preview of the stack {self.name} failed:\n{reason}",
            self._other_passphrase if _WRONG_PASSPHRASE in reason else "",
            max(done.returncode, 1),
        )

    def unlock(self) -> None:
        """Remove every lock of the stack: only for those whose process is known to be dead."""
        self._capture("cancel", "--yes", "--stack", self.name)

    def run(self, *arguments: str) -> None:
        """Run `pulumi` in the foreground. Raises CommandError with its exit code.

        Ctrl-C reaches it as if it ran alone, and this process waits for its end.
        """
        command = [self._pulumi, *arguments, "--stack", self.name]
        process: subprocess.Popen[bytes] | None = None
        early: list[int] = []

        def pass_on(number: int, _frame: FrameType | None) -> None:
            # A terminal's Ctrl-C went to the whole foreground group, and so to Pulumi itself.
            if process is None:
                early.append(number)
            elif number != signal.SIGINT or not _is_in_foreground():
                process.send_signal(number)

        before = {
            number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            process = subprocess.Popen(command, cwd=self.checkout.root)
            for number in early:
                process.send_signal(number)
            code = until_it_ends(process.wait)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._show_file_as_committed()
        if code > 0:
            raise CommandError("", code=code)  # Pulumi printed the reason
        if code < 0:
            raise CommandError(
                f"`pulumi {arguments[0]}` was killed by signal {-code}",
                "the same command again, which continues from there",
                128 - code,
            )

    def state_folder(self) -> Path | None:
        """Folder of the state in a file backend; None for another backend."""
        root = self.checkout.root
        return backend.select(root, root).state_folder(root)

    def _require_readable_state(self) -> None:
        folder = self.state_folder()
        if folder is None:
            return
        for damage in find_damage(folder, self.checkout.project(), self.name):
            raise CommandError(damage.message, f"{damage.fix}\n        then the same command again")

    @cached_property
    def _pulumi(self) -> str:
        program = self.checkout.programs / "pulumi"
        if not program.exists():
            raise CommandError("this checkout is not set up", "make setup")
        return str(program)

    @property
    def _other_passphrase(self) -> str:
        return (
            f"set PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase with which {self.file} was "
            "encrypted (.slipway/passphrase of that checkout)"
        )

    def _show_file_as_committed(self) -> None:
        """Update Git's index, so that the salt in the stack file is not shown as a change.

        Pulumi writes a salt into the file, which a Git filter leaves out. Yet `git status`
        shows the file as changed as long as its size differs from that in Git's index.
        """

        def git(*arguments: str) -> int:
            command = ["git", "-C", str(self.checkout.root), *arguments, "--", str(self.file)]
            return subprocess.run(command, capture_output=True, check=False).returncode

        try:
            if git("diff", "--quiet") == 0:
                git("add", "--update")
        except FileNotFoundError:
            return  # no Git, no index

    def _capture(self, *arguments: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            [self._pulumi, *arguments, "--non-interactive"],
            cwd=self.checkout.root,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        if done.returncode != 0:
            reason = (done.stderr or done.stdout).strip()
            raise CommandError(
                f"`pulumi {' '.join(arguments)}` failed:\n{reason}",
                self._other_passphrase if _WRONG_PASSPHRASE in reason else "make doctor",
                max(done.returncode, 1),
            )
        return done.stdout


def _is_in_foreground() -> bool:
    try:
        with open("/dev/tty", encoding="utf-8") as terminal:  # noqa: PTH123 - a device, not a file
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
