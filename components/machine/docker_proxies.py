"""The proxies in Docker's own configuration, which `docker` gives to the containers that it makes.

https://docs.docker.com/engine/cli/proxy/
"""

import json
import os
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from .docker import config_file

KEYS = {"HTTP_PROXY": "httpProxy", "HTTPS_PROXY": "httpsProxy", "NO_PROXY": "noProxy"}
"""Keys of the configuration by the variables that containers get."""


class Proxies(Protocol):
    """The proxies of containers."""

    def variables(self, own: Sequence[str]) -> dict[str, str]:
        """Return the variables of a container that reaches `own` names without a proxy."""
        ...


def read(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Docker's configuration has for containers, under the variables' names."""
    try:
        config = _config()
        all_engines: dict[str, dict[str, str]] = config.get("proxies") or {}
        proxies = all_engines.get(environment.get("DOCKER_HOST", "")) or all_engines.get("default")
        return {name: (proxies or {}).get(key) or "" for name, key in KEYS.items()}
    except (OSError, ValueError, AttributeError):
        return dict.fromkeys(KEYS, "")  # `docker` itself reports it


def injected() -> list[str]:
    """Return the variables that `docker` gives containers unless they are given others."""
    names = [name for name, value in read(os.environ).items() if value]
    return [*names, *map(str.lower, names)]


@contextmanager
def configured(proxies: Proxies, own: Sequence[str]) -> Generator[dict[str, str]]:
    """Yield variables for programs that run `docker`, so that containers get these proxies.

    They name a copy of Docker's configuration: all that it has, with other proxies.
    """
    variables = proxies.variables(own)
    default = {key: variables[name] for name, key in KEYS.items() if variables[name]}
    with tempfile.TemporaryDirectory() as folder:
        source = config_file()
        for each in source.parent.iterdir() if source.parent.is_dir() else ():
            if each.name != source.name:
                (Path(folder) / each.name).symlink_to(each)
        config = {**(_config() if source.is_file() else {}), "proxies": {"default": default}}
        (Path(folder) / source.name).write_text(json.dumps(config), encoding="utf-8")
        yield {"DOCKER_CONFIG": folder}


def _config() -> dict[str, Any]:
    return json.loads(config_file().read_text(encoding="utf-8"))
