"""Ends a process, with what it started, when the process that started it is gone."""

import os
import signal
import threading
import time

_CHECK_SECONDS = 1.0


def end_with_parent() -> None:
    """Watch the parent from a thread of its own; call it before anything slow.

    An engine that is killed takes no leave of its plugins: without a watch they would stay, and
    a half-done `kind create cluster` would get in the way of the next run.
    """
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_CHECK_SECONDS)
    if os.getpgrp() == os.getpid():  # else the group is a shell's, which must go on
        os.killpg(0, signal.SIGTERM)
    os._exit(1)
