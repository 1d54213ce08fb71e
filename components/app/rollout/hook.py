"""The hooks on the creation and the update of a workload.

https://www.pulumi.com/docs/iac/concepts/options/hooks/
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pulumi

from ..hooks import before_apply, hooks_exist
from .args import RolloutArgs
from .plain import plain
from .together import Together

if TYPE_CHECKING:
    from .rollout import Rollout

_T = TypeVar("_T")

_NOT_LIVE = "failed to fully initialize or become live"
"""What the provider's error has in it when the pods do not stay ready."""


def rollout_hook(
    name: str,
    args: RolloutArgs,
    kubeconfig: pulumi.Output[str],
    secrets: Sequence[pulumi.Output[str]],
    together: Together | None,
) -> pulumi.ResourceHookBinding:
    """Return the hooks that roll a workload out. `secrets` are shown in no message or log.

    `together` has the applications that are released with this one.

    The provider applies what serves already; should its pods not stay ready just then, the hook on
    its error explains that likewise. Pulumi runs that one in previews too, whose errors have the
    same words: it does nothing there.
    """

    async def roll_out(hook: pulumi.ResourceHookArgs) -> None:
        rollout = await known(hook)
        if rollout is not None:
            show = _shown_by(asyncio.get_running_loop())
            if together is None:
                await _beside(lambda: rollout.run(show))
            else:
                await together.release(args.application, rollout, show, _beside)

    async def explain(hook: pulumi.ErrorHookArgs) -> bool:
        is_late = _NOT_LIVE in hook.errors[0] and not pulumi.runtime.is_dry_run()
        rollout = await known(hook) if is_late else None
        if rollout is not None:
            message = await _beside(rollout.explain_late)
            if message:
                pulumi.log.error(message)
        return False

    async def known(hook: pulumi.ResourceHookArgs | pulumi.ErrorHookArgs) -> "Rollout | None":
        inputs = {"new": hook.new_inputs, "old": hook.old_inputs}
        values = await pulumi.Output.all(
            **inputs, kubeconfig=kubeconfig, secrets=list(secrets)
        ).future()
        if values is None:
            return None
        # With all that reads and judges pods, which an `up` without changes does not need.
        from .back import Versions
        from .rollout import Rollout

        old = values["old"] and plain(values["old"])
        versions = Versions(new=plain(values["new"]), old=old or None)
        return Rollout(args, versions, values["kubeconfig"], values["secrets"])

    binding = before_apply(f"{name}-rollout", roll_out)
    if hooks_exist():
        binding.on_error = [pulumi.ErrorHook(f"{name}-not-live", explain)]
    return binding


def _shown_by(loop: asyncio.AbstractEventLoop) -> Callable[[str], None]:
    """Return what shows a line for a moment, from a thread beside that of Pulumi's loop."""

    def show(text: str) -> None:
        loop.call_soon_threadsafe(partial(pulumi.log.info, text, ephemeral=True))

    return show


async def _beside(work: Callable[[], _T]) -> _T:
    """Do the work in a thread of its own: other applications roll out meanwhile.

    No pool's thread: those are waited for when the program is interrupted.
    """
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(done)
