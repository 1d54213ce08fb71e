"""Registry credentials for a build, handed over in a file and never on a command line."""

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty


def login_of(registry: Properties | None) -> tuple[str, str] | None:
    """Return user name and password if the Image gives both, else None: Docker's own hold."""
    registry = registry or {}
    username, password = registry.get("username"), registry.get("password")
    return (username, password) if username and password else None


@contextmanager
def docker_config(server: str, login: tuple[str, str] | None) -> Generator[dict[str, str]]:
    """Yield the environment that makes a docker client use these credentials.

    Without a login that is nothing: the user's own Docker configuration holds. With one it names
    a folder, readable by this user only and removed at the end, with the user's configuration
    plus this login for `server`.
    """
    if login is None:
        yield {}
        return
    home = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    folder = tempfile.mkdtemp(prefix="docker-plugin-")
    try:
        path = Path(folder, "config.json")
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_with_login(_read(home / "config.json"), home, server, login), file)
        yield {"DOCKER_CONFIG": folder}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with_login(config: Properties, home: Path, server: str, login: tuple[str, str]) -> Properties:
    auth = base64.b64encode(":".join(login).encode()).decode()
    merged: Properties = {
        **config,
        "auths": {**object_or_empty(config.get("auths")), server: {"auth": auth}},
        # No helper for this server: the default store would win over the file.
        "credHelpers": {**object_or_empty(config.get("credHelpers")), server: ""},
        "cliPluginsExtraDirs": [
            *array_or_empty(config.get("cliPluginsExtraDirs")),
            str(home / "cli-plugins"),
        ],
    }
    merged.pop("currentContext", None)
    return merged


def _read(path: Path) -> Properties:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return object_or_empty(content)
