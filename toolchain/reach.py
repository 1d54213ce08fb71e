"""Checking which sources answer: the vendors' releases, the public image registry.

Once, all at the same time and with one time limit, so that no tool runs into its own later.
"""

import os
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from toolchain.errors import ToolchainError
from toolchain.lock import Lock

_SECONDS = 3.0
# A registry that requires a login answers; a proxy that forbids the host does not.
_PRESENT_STATUS = {401}
_PRESENT_BELOW = 400


@dataclass(frozen=True)
class Reach:
    """Sources in use: vendors' releases, and public images to pull.

    ``forced`` says that the user decided about the releases.
    """

    releases: bool
    images: bool
    forced: bool = False


def probe(
    lock: Lock,
    environment: Mapping[str, str] = os.environ,
    answers: Callable[[str], bool] | None = None,
) -> Reach:
    """Try all sources within 3 s in all. SLIPWAY_TOOLS=release or build decides by hand."""
    forced = environment.get("SLIPWAY_TOOLS", "")
    if forced not in ("", "release", "build"):
        raise ToolchainError(
            f"SLIPWAY_TOOLS is {forced}, which is neither release nor build",
            "unset SLIPWAY_TOOLS, or: SLIPWAY_TOOLS=build make setup",
        )
    urls = {lock.registry} if forced else {lock.registry, *lock.vendors}
    reached = _present(urls, answers or _answers)
    releases = forced == "release" if forced else set(lock.vendors) <= reached
    return Reach(releases=releases, images=lock.registry in reached, forced=bool(forced))


def _present(urls: Iterable[str], answers: Callable[[str], bool]) -> set[str]:
    results: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
    waiting = set(urls)

    def ask(url: str) -> None:
        results.put((url, answers(url)))

    for url in waiting:
        # Looking up a name has no time limit of its own, so the thread is left behind.
        threading.Thread(target=ask, args=(url,), daemon=True).start()
    reached: set[str] = set()
    end = time.monotonic() + _SECONDS
    while waiting and (left := end - time.monotonic()) > 0:
        try:
            url, present = results.get(timeout=left)
        except queue.Empty:
            break
        waiting.discard(url)
        if present:
            reached.add(url)
    return reached


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, method="HEAD"), timeout=_SECONDS
        ) as response:
            return response.status < _PRESENT_BELOW
    except urllib.error.HTTPError as error:
        return error.code in _PRESENT_STATUS
    except (urllib.error.URLError, OSError, ValueError):
        return False
