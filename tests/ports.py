"""Ports for the servers that tests start."""

import os
import random
import socket

# Below what Linux and macOS give to connections and to servers that leave their port open: until
# the test's server listens, no other program is handed the port by chance.
_FIRST, _COUNT = 20_000, 12_000


def free_port() -> int:
    """Return a free TCP port of 127.0.0.1 that the tests of no other worker use."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = _FIRST + random.randrange(_COUNT // workers) * workers + int(worker)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
