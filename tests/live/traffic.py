"""Requests to the sample, a bounded number of them."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, Self

_TIMEOUT_SECONDS = 10.0


def ask(url: str) -> dict[str, Any]:
    """What the sample's /api says; a new connection each time, so that any pod may answer."""
    with urllib.request.urlopen(f"{url}/api", timeout=_TIMEOUT_SECONDS) as response:
        return json.load(response)


def ask_many(url: str, count: int) -> list[dict[str, Any]]:
    """The answers to `count` requests, eight at a time; one that fails raises its error."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(lambda _: ask(url), range(count)))


def page(url: str) -> str:
    """The sample's page."""
    with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as response:
        return response.read().decode()


class Traffic:
    """Requests from now until the end of a `with`: on new connections, and on one that is kept."""

    def __init__(self, url: str) -> None:
        self.answered = 0
        self.reused = 0
        """Requests on a connection that had carried one before."""
        self.failed: list[str] = []
        self._url = url
        self._over = threading.Event()
        self._threads = [threading.Thread(target=one) for one in (self._ask, self._keep_asking)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._over.wait(0.05):
            try:
                ask(self._url)
                self.answered += 1
            except OSError as error:
                self.failed.append(f"on a new connection: {error}")

    def _keep_asking(self) -> None:
        connection = http.client.HTTPConnection(self._url.removeprefix("http://"), timeout=10)
        fresh = True
        while not self._over.wait(0.05):
            try:
                connection.request("GET", "/")
                response = connection.getresponse()
                response.read()
                self.reused += not fresh
                fresh = response.headers.get("Connection", "").lower() == "close"
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(f"on a {'new' if fresh else 'kept'} connection: {error!r}")
                connection.close()
                fresh = True
        connection.close()


def eventually(what: str, holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; an AssertionError names it when it does not in time."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except (urllib.error.URLError, OSError):
            pass  # nothing answers yet
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.3)


def eventually_from(url: str, part: Literal["pod", "node"], count: int) -> None:
    """Wait until that many pods or nodes answer: kube-proxy hears of a pod once it is ready."""

    def holds() -> bool:
        return len({answer[part] for answer in ask_many(url, 40 * count)}) == count

    eventually(f"{count} {part}s answer", holds)


def eventually_answers(url: str) -> None:
    """Wait until requests to a new address are answered: kube-proxy hears of a Service later."""
    eventually(f"{url} answers", lambda: all(page(url) for _ in range(20)))
