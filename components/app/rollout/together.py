"""Applications of a target that are released together: all of them, or none.

Each checks what is certain before anything is written, and starts once all have; and what is
written is kept once all serve. Until then no hook returns, so that Pulumi's state has the versions
before. What the workload of a member needs (ConfigMaps, migrations, images) is there before that of
any member is written.
"""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from .rollout import Rollout

Beside = Callable[[Callable[[], None]], Awaitable[None]]
"""Does work in a thread of its own."""

_Hook = pulumi.ResourceHook | pulumi.ResourceHookFunction

_PAUSE_SECONDS = 0.1
_START_SECONDS = 60.0
"""Seconds in which a member must start once another one waits for it."""


class _Stage(IntEnum):
    WAITING = 0
    STARTED = 1
    CHECKED = 2
    SERVES = 3


@dataclass
class _Member:
    name: str
    needs: list[pulumi.Resource] = field(default_factory=list[pulumi.Resource])
    stage: _Stage = _Stage.WAITING


class Together:
    """The members of one target."""

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}
        self._failed = ""

    def join(
        self, name: str, needs: Sequence[pulumi.Input[pulumi.Resource]]
    ) -> pulumi.Output[list[pulumi.Resource]]:
        """Make an application a member, and return what the workloads of all members need.

        `needs` are the resources that its own one needs. What is known late, such as a Secret whose
        values another application makes, holds up no other.
        """
        own = [each for each in needs if isinstance(each, pulumi.Resource)]
        self._members[name] = _Member(name, own)

        async def needs_of_all() -> list[pulumi.Resource]:
            await asyncio.sleep(0)  # the program makes all its applications before
            return [each for member in self._members.values() for each in member.needs]

        return pulumi.Output.from_input(needs_of_all())

    def registered(self, name: str, workload: pulumi.CustomResource) -> None:
        """Note that a member's workload is registered: what did not change has no hook."""
        member = self._members[name]

        def serves(_id: str) -> None:
            member.stage = _Stage.SERVES

        workload.id.apply(serves)

    def guarded(self, name: str, hooks: pulumi.ResourceHookBinding) -> pulumi.ResourceHookBinding:
        """Return a member's hooks with those before its change as one, whose failure is noted."""
        hooks.before_create = self._as_one(f"{name}-together-create", name, hooks.before_create)
        hooks.before_update = self._as_one(f"{name}-together-update", name, hooks.before_update)
        return hooks

    async def change(
        self, name: str, hooks: Sequence[_Hook], args: pulumi.ResourceHookArgs
    ) -> None:
        """Run the hooks of a member in turn.  Raises what they raise."""
        self._members[name].stage = _Stage.STARTED
        try:
            for hook in hooks:
                made = hook(args)
                if inspect.isawaitable(made):
                    await made
        except BaseException:
            self._failed = self._failed or f"{name} failed"
            raise

    async def release(
        self, name: str, rollout: "Rollout", show: Callable[[str], None], beside: Beside
    ) -> None:
        """Roll a member out with the others.  Raises LocalError when one of them fails."""
        member = self._members[name]
        await beside(lambda: rollout.check(show))
        if await self._all_are(member, _Stage.CHECKED):
            await beside(lambda: rollout.start(show, lambda: bool(self._failed)))
            if await self._all_are(member, _Stage.SERVES):
                return
        await beside(lambda: rollout.undo(f"{self._failed}, and both are released together"))

    def _as_one(
        self, key: str, name: str, hooks: Sequence[_Hook] | None
    ) -> list[pulumi.ResourceHook | pulumi.ResourceHookFunction] | None:
        if not hooks:
            return None

        async def change(args: pulumi.ResourceHookArgs) -> None:
            await self.change(name, hooks, args)

        return [pulumi.ResourceHook(key, change)]

    async def _all_are(self, member: _Member, stage: _Stage) -> bool:
        """Return True once all members are that far, and False as soon as one fails."""
        member.stage = stage
        until = time.monotonic() + _START_SECONDS
        while not self._failed:
            late = [each for each in self._members.values() if each.stage < stage]
            if not late:
                return True
            absent = [each.name for each in late if each.stage is _Stage.WAITING]
            if absent and time.monotonic() > until:
                self._failed = (
                    f"{absent[0]} did not start within {_START_SECONDS:.0f} s (its settings need "
                    "something of another application, or `--parallel` is less than the number of "
                    "applications)"
                )
            await asyncio.sleep(_PAUSE_SECONDS)
        return False
