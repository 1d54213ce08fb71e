"""Requests to the sample, a bounded number of them."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

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
