"""Work that runs side by side within a limit of time; what is not done by then does not count."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import TypeVar

from ...k8s.api import ApiError

Result = TypeVar("Result")


class SideBySide:
    """Starts work in threads of its own, which do not keep the process from its end."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def start(self, work: Callable[[], Result]) -> "Future[Result]":
        """Start the work."""
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001  whoever asks for the result gets it
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def result(self, future: "Future[Result]") -> Result | None:
        """Return the result of work that succeeded in time; None if it did not.

        What an account may not read, and what does not answer, is no reason to stop an update.
        """
        try:
            return future.result(timeout=self.left())
        except (ApiError, TooLate):
            return None

    def left(self) -> float:
        """Return the seconds until the limit."""
        return max(0.0, self._deadline - time.monotonic())
