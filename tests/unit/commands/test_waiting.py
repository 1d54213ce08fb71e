"""Belongs here: that no signal waits for the end of the process that it should end."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from types import FrameType

import pytest

from commands.waiting import until_it_ends


@pytest.fixture
def sleeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A process that a SIGUSR1 to this one ends."""
    monkeypatch.setattr("commands.waiting._SECONDS", 0.3)
    process = subprocess.Popen(["sleep", "30"], stdout=subprocess.PIPE, text=True)

    def end(_number: int, _frame: FrameType | None) -> None:
        process.terminate()

    before = signal.signal(signal.SIGUSR1, end)
    yield process
    signal.signal(signal.SIGUSR1, before)
    process.kill()
    process.communicate()


@pytest.mark.parametrize("method", ["wait", "communicate"])
def test_a_signal_that_does_not_interrupt_the_wait_is_handled_all_the_same(
    sleeping: subprocess.Popen[str], method: str
) -> None:
    def signal_this_thread() -> None:
        time.sleep(0.2)  # the main thread waits by now, and nothing wakes it
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    threading.Thread(target=signal_this_thread).start()
    start = time.monotonic()
    until_it_ends(getattr(sleeping, method))
    assert time.monotonic() - start < 10
    assert sleeping.returncode == -signal.SIGTERM
