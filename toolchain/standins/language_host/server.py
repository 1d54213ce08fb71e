"""The language host's process: serve, say where, end in time."""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from toolchain.standins.language_host.child.engine_watch import end_with_parent
from toolchain.standins.language_host.processes import Processes
from toolchain.standins.language_host.servicer import LanguageHost
from toolchain.standins.language_host.stubs import grpc, language_pb2_grpc

_USAGE = "usage: python -m toolchain.standins.language_host [FLAGS] ENGINE_ADDRESS"
_CONCURRENT_CALLS = 16
_OPTIONS = (
    # Pulumi's own limit; gRPC's is 4 MB.
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.so_reuseport", 0),
)


def main(arguments: Sequence[str]) -> int:
    """Serve until the engine interrupts us or is gone.

    Inputs: the engine's flags, which ask for logs and traces and are not used here, and last its
    address. The port is printed as the one line on standard output: so the engine finds it.
    Returns 2 when there is no address.
    """
    if not arguments or arguments[-1].startswith("-"):
        print(_USAGE, file=sys.stderr)
        return 2
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    end_with_parent()
    processes = Processes()
    server = grpc.server(ThreadPoolExecutor(_CONCURRENT_CALLS), options=_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(
        LanguageHost(arguments[-1], processes), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    over.wait()
    processes.end()
    sys.stdout.flush()
    sys.stderr.flush()
    # The engine has closed its connection; threads of calls must not keep the process.
    os._exit(0)
