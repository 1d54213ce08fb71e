"""The server of the load as an application."""

import shutil
from pathlib import Path
from typing import Any

from tests.live.project import Project

_SERVER = Path(__file__).parent / "server"
_CONTEXT = "load-server"


def server(project: Project, node_port: int, **app: Any) -> dict[str, Any]:
    """Return the settings of an application of a project that serves on a port of the nodes.

    Copies the server into the project. `app` are more settings of it.
    """
    shutil.copytree(_SERVER, project.folder / _CONTEXT, dirs_exist_ok=True)
    service = {"type": "NodePort", "nodePort": node_port}
    own = {"cpu": "20m", "shutdownSeconds": 10, "service": service}
    return {"image": {"context": _CONTEXT}, "app": {**own, **app}}
