"""One build: the command line, its environment, its result."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.child import Children
from standins.docker_plugin.image.client import find_client
from standins.docker_plugin.image.credentials import docker_config, login_of
from standins.docker_plugin.image.hiding import hider
from standins.docker_plugin.image.output import BuildOutput, plain, worth_showing
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty

_CLIENT_NAMES = frozenset({"PATH", "HOME"})
_CLIENT_PREFIXES = ("DOCKER_", "BUILDX_")


def build_image(
    inputs: Properties, docker_host: str, children: Children, show: Callable[[str], None]
) -> str:
    """Build the Image, tag it with its name and return the image's id (`sha256:` and 64 digits).

    Inputs: the checked inputs, Docker's address, the running children, and where a line of
    the build's output goes. Raises PluginError with the failing step's last lines.
    """
    build: Properties = inputs["build"]
    buildkit = build.get("builderVersion") != "BuilderV1"
    registry: Properties = inputs.get("registry") or {}
    login = login_of(registry)
    output = BuildOutput()
    hide = hider(inputs)

    def take(raw: str) -> None:
        line = hide(plain(raw))
        output.take(line)
        if worth_showing(line):
            show(line)

    with tempfile.TemporaryDirectory(prefix="docker-plugin-") as folder:
        id_file = Path(folder, "id")
        server = registry.get("server") or inputs["imageName"].partition("/")[0]
        with docker_config(server, login) as config:
            environment = {**build_environment(build, docker_host, buildkit=buildkit), **config}
            command = build_command(
                find_client(buildkit=buildkit), inputs, str(id_file), buildkit=buildkit
            )
            code = children.run(command, environment, take)
        if code != 0:
            raise PluginError(f"error reading build output: {output.explain()}")
        return id_file.read_text("ascii").strip()


def build_command(client: str, inputs: Properties, id_file: str, *, buildkit: bool) -> list[str]:
    """Return the command line. Build arguments are named only: their values are secret."""
    build: Properties = inputs["build"]
    command = [client, "build", "--tag", inputs["imageName"], "--file", build["dockerfile"]]
    command += ["--iidfile", id_file, "--platform", build["platform"]]
    # The classic builder would leave the container of a failed step behind.
    command += ["--progress", "plain"] if buildkit else ["--force-rm"]
    for name in sorted(build.get("args") or {}):
        command += ["--build-arg", name]
    for option, value in (("--target", "target"), ("--network", "network")):
        if build.get(value):
            command += [option, build[value]]
    cache = object_or_empty(build.get("cacheFrom"))
    for option, values in (
        ("--add-host", array_or_empty(build.get("addHosts"))),
        ("--cache-from", array_or_empty(cache.get("images"))),
    ):
        for value in values:
            command += [option, value]
    return [*command, "--", build["context"]]


def build_environment(build: Properties, docker_host: str, *, buildkit: bool) -> dict[str, str]:
    """Return the client's environment: this process's, Docker, and the build arguments.

    Raises PluginError for a build argument whose name would steer the client itself.
    """
    args: dict[str, Any] = build.get("args") or {}
    for name in args:
        if name in _CLIENT_NAMES or name.startswith(_CLIENT_PREFIXES):
            raise PluginError(
                f"build.args.{name} of the Image cannot be given to the docker client: the client"
                " reads a variable of this name itself; give the argument another name"
            )
    environment = {k: v for k, v in os.environ.items() if k != "DOCKER_CONTEXT"}
    return {
        **environment,
        **args,
        "DOCKER_HOST": docker_host,
        "DOCKER_BUILDKIT": "1" if buildkit else "0",
        "BUILDX_BUILDER": "default",
        "DOCKER_CLI_HINTS": "false",
    }
