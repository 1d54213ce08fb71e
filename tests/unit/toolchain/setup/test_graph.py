"""Steps that depend on each other: their order, what runs together, and how they end."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.toolchain.setup.log import Log
from toolchain.errors import ToolchainError
from toolchain.runner import Runner
from toolchain.setup import graph
from toolchain.setup.faults import explain
from toolchain.setup.forecast import Forecast
from toolchain.setup.graph import Slot, Step, StepFailed

ROOT = Path(__file__).parents[4]


def step(
    name: str,
    *needs: str,
    act: Callable[[], None] = lambda: None,
    seconds: float = 1.0,
    slot: Slot = "light",
    after: tuple[str, ...] = (),
) -> Step:
    return Step(name, f"doing {name}", act, needs, seconds, slot, after)


def test_a_step_waits_for_all_it_needs() -> None:
    log = Log()
    steps = [
        step("image", "build", "engine"),
        step("build", "fetch"),
        step("fetch"),
        step("engine"),
    ]
    graph.run(steps, {}, Runner(), log)
    order = log.lines
    assert order.index("-build") < order.index("+image")
    assert order.index("-engine") < order.index("+image")
    assert order.index("-fetch") < order.index("+build")


def test_a_step_comes_after_another_if_that_is_taken_at_all() -> None:
    log = Log()
    steps = [step("plugin", seconds=50, after=("kubernetes", "absent")), step("kubernetes")]
    graph.run(steps, {}, Runner(), log)
    assert log.lines == ["+kubernetes", "-kubernetes", "+plugin", "-plugin"]


def test_the_time_left_counts_a_step_behind_the_one_that_it_comes_after() -> None:
    steps = [step("plugin", seconds=50, after=("kubernetes",)), step("kubernetes", seconds=20)]
    now = [0.0]
    forecast = Forecast(steps, lambda: now[0])
    assert forecast.seconds() == 70
    now[0] = 20.0
    forecast.ended(steps[1])
    assert forecast.seconds() == 50


def test_steps_of_one_slot_share_its_places() -> None:
    log = Log()
    steps = [
        step(f"c{number}", act=lambda: time.sleep(0.02), slot="compile") for number in range(5)
    ]
    graph.run(steps, {"compile": 2}, Runner(), log)
    assert log.most == 2


def test_the_step_with_most_work_behind_it_begins_first() -> None:
    log = Log()
    steps = [
        step("kind", seconds=5, slot="compile"),
        step("kubernetes", seconds=20, slot="compile"),
        step("image", "kubernetes", seconds=60, slot="image"),
        step("plugin", seconds=50, slot="compile"),
    ]
    graph.run(steps, {"compile": 1}, Runner(), log)
    started = [line for line in log.lines if line.startswith("+") and line != "+image"]
    assert started == ["+kubernetes", "+plugin", "+kind"]


def test_a_failing_step_ends_the_commands_of_the_others_and_is_the_one_error() -> None:
    runner = Runner()

    def fail() -> None:
        time.sleep(0.2)
        raise ToolchainError("the proxy refused", "ask for access")

    begun = time.monotonic()
    steps = [step("long", act=lambda: runner.run(["sleep", "30"]) and None), step("bad", act=fail)]
    with pytest.raises(StepFailed) as caught:
        graph.run(steps, {}, runner, Log())
    assert caught.value.step.name == "bad"
    assert "the proxy refused" in str(caught.value.error)
    assert time.monotonic() - begun < 5


_START_SECONDS = 60.0
"""Time that a start may take while other programs keep the machine busy."""

# One step, whose child writes down its own number.
INTERRUPTED = """
import sys
from toolchain import cli
from toolchain.runner import Runner
from toolchain.setup import graph, run
from tests.unit.toolchain.setup.log import Log

def set_up(checkout, products, docker):
    runner = Runner()
    child = ["sh", "-c", f"echo $$ > {sys.argv[1]}; sleep 60 & wait"]
    graph.run([graph.Step("build", "building", lambda: runner.run(child))], {}, runner, Log())

run.set_up = set_up
sys.exit(cli.main(["setup", "--again"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_children_and_says_that_the_next_run_goes_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    noted = tmp_path / "child"
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(noted)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + _START_SECONDS
    while not (noted.exists() and noted.read_text().strip()):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end, "the child did not start"
        time.sleep(0.02)
    process.send_signal(number)
    message = process.communicate(timeout=_START_SECONDS)[1]
    assert process.returncode == 130
    assert message == "interrupted: what is finished stays, and `make setup` continues from there\n"
    assert alive_in_group(int(noted.read_text())) == []


def alive_in_group(group: int) -> list[str]:
    """The processes of a group that have not ended (proc_pid_stat(5))."""
    states: list[str] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, own = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(own) == group and state != "Z":
            states.append(f"{path.parent.name} {state}")
    return states


def test_a_disk_that_fills_up_is_said_in_words(tmp_path: Path) -> None:
    for error in (
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        ToolchainError("`go build` failed\n  | write x.a: no space left on device", "again"),
    ):
        message = str(explain(error, "building pulumi", tmp_path))
        assert "the disk is full (building pulumi)" in message
        assert "SLIPWAY_CACHE" in message


def test_a_registry_out_of_reach_is_reported_with_the_message_of_the_tool(tmp_path: Path) -> None:
    failed = ToolchainError("`go list` failed\n  | dial tcp: lookup proxy: no such host", "again")
    message = str(explain(failed, "fetching the modules of kind", tmp_path))
    assert "cannot be reached (fetching the modules of kind)" in message
    assert "dial tcp: lookup proxy: no such host" in message


def test_an_error_of_another_kind_is_shown_as_it_is(tmp_path: Path) -> None:
    failed = ToolchainError("go.sum does not match", "report it")
    assert explain(failed, "building", tmp_path) is failed


def test_a_fault_of_the_program_itself_is_not_dressed_up(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        explain(KeyError("name"), "building", tmp_path)


def test_the_time_left_adds_up_what_is_compiled_and_follows_the_pace_of_the_machine() -> None:
    now = [0.0]
    one, two = step("a", seconds=100, slot="compile"), step("b", seconds=100, slot="compile")
    forecast = Forecast([one, two], lambda: now[0])
    assert forecast.seconds() == 200
    forecast.started(one)
    now[0] = 200.0
    forecast.ended(one)
    assert forecast.seconds() == 200, "this machine is half as fast as the measured one"
