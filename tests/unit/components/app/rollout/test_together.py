"""Applications that are released together, with rollouts that doubles play."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
import pytest

from components.app.rollout import together as module
from components.app.rollout.rollout import Rollout
from components.app.rollout.together import Together
from components.machine.runner import LocalError

_Show = Callable[[str], None]


@dataclass
class _Rollout:
    """Notes what it does in `log`, and fails where it is told to."""

    name: str
    log: list[str]
    fails_at: str = ""
    starts_slowly: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    def check(self, _show: _Show) -> None:
        self._do("check")

    def start(self, _show: _Show, is_stopped: Callable[[], bool]) -> None:
        self._do("start")
        while self.starts_slowly and not is_stopped():
            self.stopped.wait(0.01)

    def undo(self, reason: str) -> None:
        self._do("undo")
        raise LocalError(f"{self.name} returned, as {reason}")

    def _do(self, what: str) -> None:
        self.log.append(f"{what} {self.name}")
        if what == self.fails_at:
            raise LocalError(f"{self.name} cannot {what}")


async def _beside(work: Callable[[], None]) -> None:
    await asyncio.to_thread(work)


_ARGS: Any = None
"""Arguments of hooks, which the doubles do not read."""


def _hook(group: Together, rollout: _Rollout) -> Callable[[Any], Awaitable[None]]:
    return lambda _args: group.release(rollout.name, cast("Rollout", rollout), print, _beside)


def _release(group: Together, *rollouts: _Rollout) -> list[BaseException | None]:
    def one(rollout: _Rollout) -> Awaitable[None]:
        return group.change(rollout.name, [_hook(group, rollout)], _ARGS)

    async def all_of_them() -> list[BaseException | None]:
        return await asyncio.gather(*map(one, rollouts), return_exceptions=True)

    return asyncio.run(all_of_them())


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Together:
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.005)
    made = Together()
    for name in ("web", "api"):
        _join(made, name)
    return made


def _join(group: Together, name: str) -> None:
    async def join() -> None:
        group.join(name, [])

    asyncio.run(join())


def test_all_are_checked_before_any_is_started(group: Together, log: list[str]) -> None:
    assert _release(group, _Rollout("web", log), _Rollout("api", log)) == [None, None]
    assert sorted(log[:2]) == ["check api", "check web"]
    assert sorted(log[2:]) == ["start api", "start web"]


def test_none_is_started_when_one_cannot_succeed(group: Together, log: list[str]) -> None:
    web, api = _release(group, _Rollout("web", log), _Rollout("api", log, fails_at="check"))
    assert str(api) == "api cannot check"
    assert str(web) == "web returned, as api failed, and both are released together"
    assert "start web" not in log


def test_one_that_serves_already_returns_when_another_fails(
    group: Together, log: list[str]
) -> None:
    web, api = _release(group, _Rollout("web", log), _Rollout("api", log, fails_at="start"))
    assert str(api) == "api cannot start"
    assert "web returned" in str(web)
    assert "undo api" not in log, "it returned by itself"


def test_one_that_still_rolls_out_is_stopped_when_another_fails(
    group: Together, log: list[str]
) -> None:
    web = _Rollout("web", log, starts_slowly=True)
    results = _release(group, web, _Rollout("api", log, fails_at="start"))
    assert "web returned" in str(results[0])


def test_one_that_does_not_change_is_not_waited_for(group: Together, log: list[str]) -> None:
    async def scene() -> None:
        group.registered("api", cast("pulumi.CustomResource", _Resource()))
        await asyncio.sleep(0.05)
        await group.release("web", cast("Rollout", _Rollout("web", log)), print, _beside)

    asyncio.run(scene())
    assert log == ["check web", "start web"]


def test_one_that_never_begins_ends_the_wait_of_the_others(
    group: Together, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_START_SECONDS", 0.05)
    (web,) = _release(group, _Rollout("web", log))
    assert "api did not start within" in str(web)
    assert "--parallel" in str(web)
    assert "start web" not in log


def test_one_whose_other_hooks_take_long_is_waited_for(
    group: Together, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_START_SECONDS", 0.05)
    web, api = _Rollout("web", log), _Rollout("api", log)

    async def grow(_args: Any) -> None:
        await asyncio.sleep(0.2)
        log.append("grown")

    async def scene() -> None:
        await asyncio.gather(
            group.change("web", [_hook(group, web)], _ARGS),
            group.change("api", [grow, _hook(group, api)], _ARGS),
        )

    asyncio.run(scene())
    assert log[:3] == ["check web", "grown", "check api"]


def test_one_whose_other_hooks_fail_ends_the_wait_of_the_others(
    group: Together, log: list[str]
) -> None:
    web, api = _Rollout("web", log), _Rollout("api", log)

    def fail(_args: Any) -> None:
        raise LocalError("api cannot grow")

    async def scene() -> tuple[BaseException | None, BaseException | None]:
        return await asyncio.gather(
            group.change("web", [_hook(group, web)], _ARGS),
            group.change("api", [fail, _hook(group, api)], _ARGS),
            return_exceptions=True,
        )

    first, second = asyncio.run(scene())
    assert str(first) == "web returned, as api failed, and both are released together"
    assert str(second) == "api cannot grow"
    assert log == ["check web", "undo web"]


def test_the_workload_of_each_waits_for_what_those_of_all_need() -> None:
    made: dict[str, Any] = {}

    async def scene() -> list[pulumi.Resource] | None:
        group = Together()
        first = group.join("web", [made["web"], pulumi.Output.from_input(made["web"])])
        group.join("api", [made["api"]])
        return await first.future()

    class Resource(pulumi.Resource):
        def __init__(self) -> None:
            pass

    made |= {"web": Resource(), "api": Resource()}
    assert asyncio.run(scene()) == [made["web"], made["api"]], "what is known late is left out"


class _Resource:
    """A resource whose registration has ended."""

    @property
    def id(self) -> pulumi.Output[str]:
        return pulumi.Output.from_input("shop/api")
