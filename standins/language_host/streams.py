"""Output of a process, as it comes."""

import os
import queue
import threading
from collections.abc import Iterator
from typing import IO, Literal

from standins.language_host.processes import Running

Stream = Literal["stdout", "stderr"]
_CHUNK_BYTES = 64 * 1024


def output_of(process: Running) -> Iterator[tuple[Stream, bytes]]:
    """Yield what a process with piped output writes, in order of arrival, until it closes both."""
    chunks: queue.Queue[tuple[Stream, bytes]] = queue.Queue(maxsize=16)
    pipes: list[tuple[Stream, IO[bytes] | None]] = [
        ("stdout", process.stdout),
        ("stderr", process.stderr),
    ]
    for stream, pipe in pipes:
        threading.Thread(target=_pump, args=(stream, pipe, chunks), daemon=True).start()
    still_open = len(pipes)
    while still_open:
        stream, chunk = chunks.get()
        if chunk:
            yield stream, chunk
        else:
            still_open -= 1


def _pump(stream: Stream, pipe: IO[bytes], chunks: "queue.Queue[tuple[Stream, bytes]]") -> None:
    with pipe:
        while chunk := os.read(pipe.fileno(), _CHUNK_BYTES):
            chunks.put((stream, chunk))
    chunks.put((stream, b""))
