"""Commands of a checkout: deploy, preview, inspect and remove a stack."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from commands.checkout import Checkout
from commands.clean import clean
from commands.down import down
from commands.drift_check import drift_check
from commands.errors import CommandError
from commands.gitops import wait
from commands.open import open_service
from commands.plan import plan
from commands.preview import preview
from commands.stack import Stack
from commands.status import status
from commands.up import up
from commands.why import why

_INTERRUPTED = 130
_FIX = "set the changes back in the cluster, or write them into the stack file"
_FOLDER = "the rendered folder, in a clone of what the controller follows (%(default)s)"
_SECONDS = "how long to wait (%(default)s)"
_COMMANDS: dict[str, tuple[Callable[[Stack, argparse.Namespace], None], str]] = {
    "up": (
        lambda stack, options: up(stack, options.approved, options.plan),
        "deploy a stack and print its URL once it answers",
    ),
    "plan": (
        lambda stack, options: plan(stack, options.plan, options.comment),
        "write what `up` would do, with a hash that binds it; changes nothing",
    ),
    "preview": (lambda stack, _: preview(stack), "show what `up` would do; changes nothing"),
    "down": (lambda stack, _: down(stack), "remove a stack with its cluster and registry"),
    "clean": (lambda stack, _: clean(stack), "`down`, and also the images that set-up made"),
    "status": (lambda stack, _: status(stack), "show nodes, pods, image, rollout and address"),
    "drift": (
        lambda stack, options: drift_check(stack, fix=options.fix),
        "show what was changed by hand in the cluster; exit code 3 if anything was",
    ),
    "why": (
        lambda stack, options: why(stack, options.application),
        "explain what is wrong now, and the last failed rollouts",
    ),
    "wait": (
        lambda stack, options: wait(stack, options.out, options.seconds),
        "wait until a controller has applied the rendered folder, and explain a failure",
    ),
    "open": (
        lambda stack, options: open_service(stack, options.service, options.port),
        "open a local address for a service of the stack until Ctrl-C",
    ),
}


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error is one message on stderr."""
    options = _parser().parse_args(arguments)
    run, _ = _COMMANDS[options.command]
    try:
        run(Stack(options.stack, Checkout.of_this_package()), options)
    except CommandError as error:
        if text := str(error):
            print(f"error: {text}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m commands", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, summary) in _COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        command.add_argument("--stack", default="kind", help="a stack file's name (%(default)s)")
        if name == "open":
            command.add_argument("--service", help="the service (default: the first of the stack)")
            command.add_argument("--port", type=int, help="the local port (default: a free one)")
        if name in ("plan", "up"):
            command.add_argument("--plan", type=Path, help="the file of the plan")
        if name == "plan":
            command.set_defaults(plan=Path("plan.json"))
            command.add_argument("--comment", type=Path, help="a file for the plan in Markdown")
        if name == "up":
            command.add_argument("--approved", help="the hash of a plan, or a file with one")
        if name == "drift":
            command.add_argument("--fix", choices=["cluster", "file"], help=_FIX)
        if name == "wait":
            command.add_argument("--out", type=Path, default=Path("rendered"), help=_FOLDER)
            command.add_argument("--seconds", type=int, default=900, help=_SECONDS)
        if name == "why":
            command.add_argument("--application", help="the application (default: all of them)")
    return parser
