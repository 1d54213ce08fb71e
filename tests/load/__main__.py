"""The generator: `python -m tests.load LOADS SECONDS FILE`, until its standard input ends.

Writes a line for each request to the file, and ends by itself after the seconds.
"""

import asyncio
import contextlib
import itertools
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .connections import Client, Lost, Unprocessed
from .http1 import KeptConnections, NewConnections
from .http2 import Http2
from .plan import Kind, Load, from_text
from .sample import Sample
from .websocket import WebSockets

_CLIENTS: dict[Kind, Callable[[Load], Client]] = {
    "new": NewConnections,
    "kept": KeptConnections,
    "http2": Http2,
    "websocket": WebSockets,
}
_ANSWER_SECONDS = 10.0
_ATTEMPTS = 12
"""More than a load has connections: a server that ends asks all of them to move at once."""
_LONGEST_SLEEP_SECONDS = 0.2

Record = Callable[[Sample], object]


async def _run(loads: list[Load], seconds: float, record: Record) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def until_input_ends() -> None:
        sys.stdin.read()
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(stopped.set)

    threading.Thread(target=until_input_ends, daemon=True).start()
    loop.call_later(seconds, stopped.set)
    async with asyncio.TaskGroup() as group:
        for load in loads:
            group.create_task(_offer(load, stopped, record))


async def _offer(load: Load, stopped: asyncio.Event, record: Record) -> None:
    """Send each request when it is due, whatever became of the ones before."""
    client = _CLIENTS[load.kind](load)
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in itertools.count():
            due = began + number / load.rate
            while not stopped.is_set() and (left := due - time.monotonic()) > 0:
                await asyncio.sleep(min(left, _LONGEST_SLEEP_SECONDS))
            if stopped.is_set():
                break
            group.create_task(_request(load.name, client, due, record))
    await client.close()


async def _request(name: str, client: Client, due: float, record: Record) -> None:
    late = time.monotonic() - due
    lost = retried = ""
    for _ in range(_ATTEMPTS):
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await client.ask()
        except Unprocessed as error:
            lost = retried = str(error)
            continue
        except TimeoutError:
            lost = f"no answer within {_ANSWER_SECONDS:.0f} s"
        except Lost as error:
            lost = str(error)
        else:
            lost = ""
        break
    record(Sample(name, due, late, time.monotonic() - due, lost, retried))


def main(loads: str, seconds: str, file: str) -> int:
    """Send the loads, write what became of each request, and return 0."""
    with Path(file).open("w", encoding="utf-8", buffering=1 << 16) as output:
        asyncio.run(
            _run(from_text(loads), float(seconds), lambda sample: output.write(sample.line()))
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
