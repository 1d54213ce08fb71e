"""Running a plugin that is written in Python: a policy pack or a component provider."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError
from standins.language_host.processes import Processes, Running
from standins.language_host.streams import Stream, output_of
from standins.language_host.stubs import language_pb2

_DEFAULT_VIRTUALENV = "venv"


def for_plugin(environment: Environment, root: Path) -> Environment:
    """Return a plugin's environment: it never runs outside of a virtual environment."""
    if environment.virtualenv is not None:
        return environment
    return replace(environment, virtualenv=root / _DEFAULT_VIRTUALENV, option=_DEFAULT_VIRTUALENV)


def start(
    request: "language_pb2.RunPluginRequest", environment: Environment, processes: Processes
) -> Running:
    """Start the plugin in the request's folder, with the request's environment variables.

    Raises HostError when it has no interpreter, is no program, or cannot be started.
    """
    if request.attach_debugger:
        raise HostError("this language host attaches no debugger; run without --attach-debugger")
    # Unbuffered: Pulumi waits for the line with the plugin's port.
    command = [environment.python(), "-u", *_entry(request), *request.args]
    variables = environment.variables()
    for entry in request.env:
        name, _, value = entry.partition("=")
        variables[name] = value
    activated = environment.variables()
    variables.update({name: activated[name] for name in ("PATH", "VIRTUAL_ENV")})
    return processes.start(command, folder=Path(request.pwd), variables=variables, piped=True)


def responses(process: Running, processes: Processes) -> Iterator["language_pb2.RunPluginResponse"]:
    """Yield a plugin's output as it comes and at last its exit code."""
    for stream, chunk in output_of(process):
        yield _said(stream, chunk)
    yield language_pb2.RunPluginResponse(exitcode=processes.wait(process))


def _said(stream: Stream, chunk: bytes) -> "language_pb2.RunPluginResponse":
    if stream == "stdout":
        return language_pb2.RunPluginResponse(stdout=chunk)
    return language_pb2.RunPluginResponse(stderr=chunk)


def _entry(request: "language_pb2.RunPluginRequest") -> list[str]:
    folder = Path(request.info.program_directory)
    if (folder / "__main__.py").is_file():
        return [str(folder)]
    name = _package_name(folder / "pyproject.toml")
    if not name:
        raise HostError(
            f"{folder} is no plugin that can be run: it has neither __main__.py nor a "
            f"pyproject.toml with a build system and a project name"
        )
    return ["-m", "pulumi.run.plugin", name]


def _package_name(file: Path) -> str:
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise HostError(f"{file} cannot be read: {error}") from error
    return content.get("project", {}).get("name", "") if "build-system" in content else ""
