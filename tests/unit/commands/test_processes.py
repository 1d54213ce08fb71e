"""Belongs here: plugin processes that outlived their Pulumi, as real processes without a task."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.recovery import process_table
from commands.recovery.processes import end_orphans
from tests.unit.commands.child import eventually

# A process called pulumi: listens as an engine does, and starts a plugin with its address.
_ENGINE = """
import socket, subprocess, sys
listener = socket.create_server(("127.0.0.1", 0))
address = f"127.0.0.1:{listener.getsockname()[1]}"
plugin = subprocess.Popen([*sys.argv[1:], address])
print(plugin.pid, address, flush=True)
plugin.wait()
"""
_IDLE = "import time; time.sleep(60)"
_DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w'); "
    "time.sleep(60)"
)
_PYTHON = sys.executable
_BARE = ("-I", "-S", "-c")
"""A start without site packages, which the processes here do not need."""


class Engine:
    """An engine and its plugin; the plugin outlives it, as after a kill -9."""

    def __init__(self, folder: Path, words: list[str]) -> None:
        self.process = subprocess.Popen(
            ["pulumi", *_BARE, _ENGINE, *words],
            executable=_PYTHON,
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        number, self.address = self.process.stdout.readline().split()
        self.plugin = int(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def plugin_runs(self) -> bool:
        process = process_table.find(self.plugin)
        return process is not None and self.address in process.words


Start = Callable[..., Engine]


@pytest.fixture
def start(checkout: Checkout) -> Iterator[Start]:
    """Starts an engine with a plugin; ends both after the test."""
    started: list[Engine] = []

    def begin(*words: str, folder: Path = checkout.root, code: str = _IDLE) -> Engine:
        engine = Engine(folder, [_PYTHON, *_BARE, code, *(words or ["pulumi-resource-kubernetes"])])
        started.append(engine)
        # Its parent goes on a moment before the system has put the words into /proc.
        eventually("the plugin has its command line", lambda: engine.plugin_runs)
        return engine

    yield begin
    for engine in started:
        if engine.plugin_runs:
            subprocess.run(["kill", "-9", str(engine.plugin)], check=False)
        engine.kill()


@pytest.mark.parametrize(
    "words",
    [
        ["/home/someone/.pulumi/plugins/resource-kubernetes-v4.25.0/pulumi-resource-kubernetes"],
        ["from standins.language_host.server import main", "/some/checkout"],
        ["/some/checkout/standins/language_host/child/serve_dynamic.py"],
        ["-m", "pulumi.dynamic"],
    ],
)
def test_a_plugin_is_ended_once_its_engine_is_gone_and_not_before(
    checkout: Checkout, start: Start, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    engine = start(*words)
    end_orphans(checkout)
    assert engine.plugin_runs
    assert capsys.readouterr().out == ""

    engine.kill()
    end_orphans(checkout)

    assert not engine.plugin_runs, "it is gone when the command goes on"
    assert f"ending a plugin process ({engine.plugin})" in capsys.readouterr().out


def test_a_plugin_of_another_checkout_is_left_alone(
    checkout: Checkout, start: Start, tmp_path: Path
) -> None:
    other = tmp_path / "checkout-of-another"
    other.mkdir()
    engine = start(folder=other)
    engine.kill()
    end_orphans(checkout)
    assert engine.plugin_runs


def test_what_is_no_plugin_is_left_alone(checkout: Checkout, start: Start) -> None:
    engine = start("some-other-program")
    engine.kill()
    end_orphans(checkout)
    assert engine.plugin_runs


def test_what_merely_names_a_plugin_is_left_alone(checkout: Checkout) -> None:
    words = [_PYTHON, *_BARE, _IDLE, "pulumi-resource-kubernetes"]
    with subprocess.Popen(words, cwd=checkout.root) as editor:
        end_orphans(checkout)
        assert editor.poll() is None
        editor.kill()


def test_a_plugin_that_heeds_no_sigterm_is_killed(
    checkout: Checkout, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.recovery.processes._END_SECONDS", 0.1)
    engine = start(code=_DEAF)
    eventually("the plugin ignores the signal", (checkout.root / "deaf").exists)
    engine.kill()
    end_orphans(checkout)
    eventually("the plugin is gone", lambda: not engine.plugin_runs, seconds=2)


def test_where_nothing_is_known_of_processes_nothing_is_ended(
    checkout: Checkout, start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = start()
    monkeypatch.setattr(process_table, "_TABLE", tmp_path / "no-such-folder")
    engine.kill()
    end_orphans(checkout)
    monkeypatch.undo()
    assert engine.plugin_runs


def test_the_table_knows_this_very_process() -> None:
    table = {process.pid: process for process in process_table.mine()}
    assert table[os.getpid()].folder == Path.cwd()
    assert table[os.getpid()].program == Path(sys.orig_argv[0]).name
