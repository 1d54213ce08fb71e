"""`make up`."""

from commands import state
from commands.answer import wait_for_answer
from commands.recovery import locks, recover
from commands.stack import Stack


def up(stack: Stack) -> None:
    """Deploy the stack, continuing where an earlier run was interrupted."""
    locks.require_no_other_run(stack)
    stack.select()
    recover(stack)
    stack.run("up", "--yes", "--skip-preview")
    url = state.outputs(stack.state()).get("url")
    if url:
        wait_for_answer(url, stack.name)
        print(url)
