"""Free ports on this machine's loopback addresses."""

import errno
import re
import shutil
import socket
from collections.abc import Collection

from .runner import LocalError, Runner

_ADDRESSES = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
_TRIED = 100


def is_free(port: int) -> bool:
    """Return whether nothing listens on the port, under any address of `localhost`.

    A program on `::1` alone would answer in place of one on 127.0.0.1.
    """
    return not any(_is_taken(family, port) for family in _ADDRESSES)


def first_free(start: int, but: Collection[int] = ()) -> int:
    """Return the first free port from `start` on that is none of `but`.

    Raises LocalError when 100 in a row are taken.
    """
    for port in range(start, start + _TRIED):
        if port not in but and is_free(port):
            return port
    raise LocalError(f"no port from {start} to {start + _TRIED - 1} is free on localhost")


def _is_taken(family: socket.AddressFamily, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_ADDRESSES[family], port))
    except OSError as error:
        # A machine without IPv6 has no such address, and nobody listens there.
        return family == socket.AF_INET or error.errno == errno.EADDRINUSE
    return False


def holder(port: int, runner: Runner) -> str:
    """Return the program that listens on the port, as far as this user may know."""
    try:
        names = runner.run(
            "docker", "ps", "--filter", f"publish={port}", "--format", "{{.Names}}", timeout=5
        )
        if names.strip():
            return f"container {names.split()[0]}"
        if shutil.which("ss"):
            line = runner.run("ss", "-Hltnp", f"sport = :{port}", timeout=5)
            if match := re.search(r'\("([^"]+)",pid=(\d+)', line):
                return f"process {match[1]} (pid {match[2]})"
    except LocalError:
        pass  # the port is taken all the same; only the program stays unknown
    return "another process"
