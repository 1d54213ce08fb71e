"""The applications of the long run, and the load of each.

`hello-node` is the sample. `streams` serves HTTP/2 and WebSockets too, and asks its clients to
move. `stubborn` ignores SIGTERM, as a program does that is not written for it.
"""

from typing import Any

from tests.live.project import Project
from tests.load.application import server
from tests.load.plan import Load

SAMPLE = "hello-node"
STREAMS, STUBBORN, PART = 30081, 30082, 30083
"""Ports of the nodes: of two of the applications, and of those that tests take parts from."""

SAMPLE_LOADS = ("sample, new connections", "sample, kept connections")


def applications(project: Project) -> dict[str, dict[str, Any]]:
    """Return the settings of the applications; the sample's are those of the stack file."""
    sample = {key: project.settings[f"slipway:{key}"] for key in ("image", "app")}
    ignoring = {"ON_SIGTERM": "ignore"}
    return {
        SAMPLE: sample,
        "streams": server(project, STREAMS),
        "stubborn": server(project, STUBBORN, replicas=2, env=ignoring),
    }


def loads(project: Project, ports: dict[int, int]) -> list[Load]:
    """Return the loads of the applications: 200 requests in a second."""
    new, kept = SAMPLE_LOADS
    return [
        Load(new, "new", project.port, rate=60),
        Load(kept, "kept", project.port, rate=80),
        Load("HTTP/2", "http2", ports[STREAMS], rate=20),
        Load("WebSocket", "websocket", ports[STREAMS], rate=20),
        Load("SIGTERM ignored, new connections", "new", ports[STUBBORN], rate=20),
    ]
