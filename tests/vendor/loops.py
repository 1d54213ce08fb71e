"""Event loops of servers that run in a thread of their own."""

import asyncio
import contextlib

_CHUNK = 65536


def run_until_stopped(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until its `stop`; connections that are open then end."""
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(_end_tasks())
        loop.close()


async def _end_tasks() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what arrives, and then its end; the way back stays open."""
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
        target.write_eof()
