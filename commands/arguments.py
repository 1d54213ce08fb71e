"""The arguments of each command."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

_LIKE = "the stack file that the stack is like"


def parser(summaries: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the parser of commands with these summaries."""
    made = argparse.ArgumentParser(prog="python -m commands", description=_DESCRIPTION)
    commands = made.add_subparsers(dest="command", required=True)
    for name, summary in summaries.items():
        command = commands.add_parser(name, help=summary)
        if name == "prune":
            command.add_argument("--from", dest="stack", required=True, help=_LIKE)
            continue
        command.add_argument("--stack", default="kind", help="a stack file's name (%(default)s)")
        if name in _OWN:
            _OWN[name](command)
    return made


def _up(command: argparse.ArgumentParser) -> None:
    command.add_argument("--approved", help="the hash of a plan, or a file with one")
    command.add_argument("--plan", type=Path, help="the file of the plan")
    _down(command)
    hours = "hours after which `prune` removes a stack that is like another one (%(default)s)"
    command.add_argument("--hours", type=int, default=72, help=hours)


def _plan(command: argparse.ArgumentParser) -> None:
    command.add_argument("--plan", type=Path, default=Path("plan.json"), help="a file for the plan")
    command.add_argument("--comment", type=Path, help="a file for the plan in Markdown")


def _down(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="like", help=_LIKE)


def _drift(command: argparse.ArgumentParser) -> None:
    fix = "set the changes back in the cluster, or write them into the stack file"
    command.add_argument("--fix", choices=["cluster", "file"], help=fix)


def _why(command: argparse.ArgumentParser) -> None:
    command.add_argument("--application", help="the application (default: all of them)")


def _wait(command: argparse.ArgumentParser) -> None:
    folder = "the rendered folder, in a clone of what the controller follows (%(default)s)"
    command.add_argument("--out", type=Path, default=Path("rendered"), help=folder)
    command.add_argument("--seconds", type=int, default=900, help="how long to wait (%(default)s)")


def _commit(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, default=Path("rendered"), help="the rendered folder")
    command.add_argument("--branch", default="rendered", help="the branch (%(default)s)")


def _open(command: argparse.ArgumentParser) -> None:
    command.add_argument("--service", help="the service (default: the first of the stack)")
    command.add_argument("--port", type=int, help="the local port (default: a free one)")


_DESCRIPTION = "Commands of a checkout: deploy, preview, inspect and remove a stack."
_OWN: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "up": _up,
    "plan": _plan,
    "down": _down,
    "drift": _drift,
    "why": _why,
    "commit": _commit,
    "wait": _wait,
    "open": _open,
}
