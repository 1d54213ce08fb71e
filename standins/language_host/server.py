"""The language host's process: serve, say where, end in time."""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from standins.language_host.child.engine_watch import end_with_parent
from standins.language_host.processes import Processes
from standins.language_host.servicer import LanguageHost
from standins.language_host.stubs import grpc, language_pb2_grpc

_USAGE = "usage: python -m standins.language_host [FLAGS] ENGINE_ADDRESS"
_CONCURRENT_CALLS = 16
_OPTIONS = (
    # Pulumi's own limit; gRPC's is 4 MB.
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.so_reuseport", 0),
)


def main(arguments: Sequence[str]) -> int:
    """Serve until Pulumi sends an interrupt or is gone.

    Inputs: Pulumi's flags, which ask for logs and traces and are not used here, and last its
    address. The port is printed as the one line on standard output: so Pulumi finds it.
    Returns 2 when there is no address.
    """
    if not arguments or arguments[-1].startswith("-"):
        print(_USAGE, file=sys.stderr)
        return 2
    over = _watch_signals()
    end_with_parent()
    processes = Processes()
    server = grpc.server(ThreadPoolExecutor(_CONCURRENT_CALLS), options=_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(
        LanguageHost(arguments[-1], processes), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    over.recv(1)
    processes.end()
    sys.stdout.flush()
    sys.stderr.flush()
    # Pulumi has closed its connection; threads of calls must not keep the process.
    os._exit(0)


def _watch_signals() -> socket.socket:
    """A descriptor that can be read once Pulumi has sent an interrupt.

    A descriptor, as the system may hand a signal to a thread of gRPC's: the main thread would
    not leave a lock for that, and an event set by a handler could meet its own lock.
    """
    waker, woken = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.detach())
    signal.signal(signal.SIGINT, _take_note)
    signal.signal(signal.SIGTERM, _take_note)
    return woken


def _take_note(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that the signal came is read from the wake-up descriptor."""
