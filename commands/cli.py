"""Commands of a checkout: deploy, preview, inspect and remove a stack."""

import argparse
import sys
from collections.abc import Callable, Sequence

from commands.arguments import parser
from commands.checkout import Checkout
from commands.clean import clean
from commands.down import down
from commands.drift_check import drift_check
from commands.environments import like_another, prune, up_for_a_time
from commands.errors import CommandError
from commands.gitops import wait
from commands.gitops.publish import publish
from commands.open import open_service
from commands.plan import plan
from commands.preview import preview
from commands.stack import Stack
from commands.status import status
from commands.up import up
from commands.why import why

_INTERRUPTED = 130


def _up(stack: Stack, options: argparse.Namespace) -> None:
    if options.like is not None and options.approved is not None:
        raise CommandError(
            "an approval binds a plan, and a stack by FROM has none: its file is written now",
            f"make up STACK={stack.name} FROM={options.like}, without APPROVED",
        )
    if options.like is not None:
        up_for_a_time(stack, options.like, options.hours)
    else:
        up(stack, options.approved, options.plan)


def _down(stack: Stack, options: argparse.Namespace) -> None:
    down(stack)
    if options.like is not None:
        stack.file.unlink()


_COMMANDS: dict[str, tuple[Callable[[Stack, argparse.Namespace], None], str]] = {
    "up": (
        _up,
        "deploy a stack and print its URL once it answers",
    ),
    "plan": (
        lambda stack, options: plan(stack, options.plan, options.comment),
        "write what `up` would do, with a hash that binds it; changes nothing",
    ),
    "preview": (lambda stack, _: preview(stack), "show what `up` would do; changes nothing"),
    "down": (
        _down,
        "remove a stack with its cluster and registry",
    ),
    "prune": (
        lambda stack, _: prune(stack),
        "remove the stacks like another one whose time has passed",
    ),
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
    "commit": (
        lambda stack, options: publish(stack, options.out, options.branch),
        "commit the rendered folder to the branch that a controller follows, and push it",
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
    options = parser({name: summary for name, (_, summary) in _COMMANDS.items()}).parse_args(
        arguments
    )
    run, _ = _COMMANDS[options.command]
    try:
        run(_stack(options), options)
    except CommandError as error:
        if text := str(error):
            print(f"error: {text}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _stack(options: argparse.Namespace) -> Stack:
    """Return the stack; the file of one that is like another is written first."""
    checkout = Checkout.of_this_package()
    like: str | None = getattr(options, "like", None)
    return (
        Stack(options.stack, checkout)
        if like is None
        else like_another(options.stack, like, checkout)
    )
