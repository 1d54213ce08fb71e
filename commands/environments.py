"""Environments: stacks like another one that live for some time, as for a pull request."""

import sys
from datetime import UTC, datetime, timedelta

from commands import state
from commands.checkout import Checkout
from commands.down import down
from commands.errors import CommandError
from commands.recent import duration
from commands.settings import SettingsRefused, run_module
from commands.stack import Stack
from commands.up import up

_LIKE = "slipway:like"
_UNTIL = "slipway:until"
"""Tags of a stack in its backend, where every clone finds them."""


def up_for_a_time(stack: Stack, like: str, hours: int) -> None:
    """Deploy a stack like another one, for some hours from now.  Raises CommandError as `up`."""
    stack.select()
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
    stack.tag(_LIKE, like)
    stack.tag(_UNTIL, until.isoformat())
    up(stack)
    print(f"{stack.name} stays until {until:%Y-%m-%d %H:%M} UTC; then: make prune FROM={like}")


def prune(like: Stack) -> None:
    """Remove the stacks like another one whose time has passed, with their files.

    Raises CommandError after the last one if some could not be removed.
    """
    now, failed = datetime.now(UTC), list[str]()
    for name in like.names():
        tags = like.tags(name)
        if tags.get(_LIKE) != like.name:
            continue
        left = datetime.fromisoformat(tags[_UNTIL]) - now
        if left > timedelta(0):
            print(f"{name} stays for another {duration(left)}", flush=True)
            continue
        print(f"{name}: its time passed {duration(-left)} ago", flush=True)
        try:
            stack = like_another(name, like.name, like.checkout)
            down(stack)
            stack.file.unlink()
        except CommandError as error:
            print(f"{name} is not removed: {error}", file=sys.stderr, flush=True)
            failed.append(name)
    if failed:
        raise CommandError(
            f"not removed: {', '.join(failed)}", f"make down STACK={failed[0]} FROM={like.name}"
        )


def like_another(name: str, like: str, checkout: Checkout) -> Stack:
    """Write the file of a stack like another one, and return the stack.

    Raises CommandError where the other's file cannot be extended, or the stack's is no such file.
    """
    other = Stack(like, checkout)
    if name == like:
        raise CommandError(f"{name} cannot be like itself", f"make up STACK=pr-42 FROM={like}")
    try:
        run_module("environment", name, checkout, "--like", like)
    except SettingsRefused as refused:
        fix = f"correct {other.file.name}, or the names STACK and FROM"
        raise CommandError(str(refused), fix) from None
    stack = Stack(name, checkout)
    _require_like(stack, like)
    return stack


def _require_like(stack: Stack, like: str) -> None:
    """Raise CommandError for a stack that was made otherwise, perhaps from another clone."""
    if not stack.exists() or stack.tags(stack.name).get(_LIKE) == like:
        return
    if any(state.resources(stack.state(), "")):
        stack.file.unlink()
        raise CommandError(
            f"the backend has a stack {stack.name} that is not one like {like}, so FROM does not "
            "change or remove it",
            f"another name, such as STACK=pr-42, or make down STACK={stack.name} with its own file",
        )
