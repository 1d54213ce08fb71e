"""Asking several sources at the same time, with a second and longer chance where it helps."""

import queue
import threading
import time
from collections.abc import Callable, Collection

from toolchain.reach.answer import Answer

Ask = Callable[[str, float], Answer]

FIRST_SECONDS = 3.0
ALL_SECONDS = 10.0
_PAUSE_SECONDS = 1.0


def ask_all(urls: Collection[str], ask: Ask) -> dict[str, Answer]:
    """Return the answer of each source, within ``ALL_SECONDS`` in all.

    A source that could not be asked within ``FIRST_SECONDS`` gets the rest of the time. The first
    absent one ends the wait, as it decides for all; the others may lack an answer then.
    """
    results: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
    end = time.monotonic() + ALL_SECONDS

    def put(url: str) -> None:
        results.put((url, _ask_twice(url, ask, end)))

    for url in urls:
        # Looking up a name has no time limit of its own, so the thread is left behind.
        threading.Thread(target=put, args=(url,), daemon=True).start()
    answers: dict[str, Answer] = {}
    while len(answers) < len(urls):
        try:
            url, answer = results.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            silent = Answer("unknown", f"no answer within {ALL_SECONDS:g} s")
            return dict.fromkeys(urls, silent) | answers
        answers[url] = answer
        if answer.state == "absent":
            break
    return answers


def _ask_twice(url: str, ask: Ask, end: float) -> Answer:
    first = ask(url, FIRST_SECONDS)
    if first.state != "unknown" or not first.is_repeatable:
        return first
    time.sleep(_PAUSE_SECONDS)
    left = end - time.monotonic()
    return ask(url, round(left, 1)) if left > 0 else first
