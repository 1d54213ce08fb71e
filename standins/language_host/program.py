"""Running a program: one fresh process of the program's own Python for each run."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError
from standins.language_host.packages import installed
from standins.language_host.processes import Processes
from standins.language_host.stubs import language_pb2

_SCRIPT = Path(__file__).parent / "child" / "run_program.py"
_REPORTED = 32
"""Exit code of a program whose failure has been printed, as of the SDK's other runners."""
_NO_SDK = 33
"""Exit code of the script when its interpreter has no Pulumi SDK; a program may use it too."""


def run(
    request: "language_pb2.RunRequest",
    environment: Environment,
    engine_address: str,
    processes: Processes,
) -> "language_pb2.RunResponse":
    """Run the program that a request names and wait for its end.

    Its output goes where this process's output goes, which Pulumi reads. Raises HostError
    when there is no interpreter, when that has no Pulumi SDK, or when the type checker that
    Pulumi.yaml asks for is missing or finds errors.
    """
    if request.attach_debugger:
        raise HostError("this language host attaches no debugger; run without --attach-debugger")
    if environment.typechecker:
        _check_types(Path(request.info.program_directory), environment, processes)
    variables = environment.variables()
    variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
    variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
    command = [environment.python(), str(_SCRIPT), *_arguments(request, engine_address)]
    code = processes.wait(processes.start(command, variables=variables))
    if code == _REPORTED:
        return language_pb2.RunResponse(bail=True)
    if code == _NO_SDK and "pulumi" not in _names(environment):
        raise HostError(
            f"{environment.python()} has no package pulumi; add it to requirements.txt and run "
            f"`pulumi install`"
        )
    return language_pb2.RunResponse(error=_describe(code))


def _arguments(request: "language_pb2.RunRequest", engine_address: str) -> Iterator[str]:
    flags = {
        "monitor": request.monitor_address,
        "engine": engine_address,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    yield from (f"--{name}={value}" for name, value in flags.items() if value)
    if request.dryRun:
        yield "--dry_run"
    yield from ("--", request.info.entry_point or ".", *request.args)


def _names(environment: Environment) -> set[str]:
    return {package.name for package in installed(environment)}


def _describe(code: int) -> str:
    if code == 0:
        return ""
    if code < 0:
        return f"the program was ended by {signal.Signals(-code).name}"
    return f"program exited with non-zero exit code: {code}"


def _check_types(folder: Path, environment: Environment, processes: Processes) -> None:
    checker = environment.typechecker
    if checker not in _names(environment):
        raise HostError(
            f"Pulumi.yaml: runtime option typechecker is {checker}, which is not installed; "
            f"add it to requirements.txt and run `pulumi install`"
        )
    command = [environment.python(), "-m", checker, str(folder)]
    if checker == "mypy" and environment.virtualenv is not None:
        command[3:3] = ["--exclude", environment.virtualenv.name]
    checking = processes.start(command, folder=folder, variables=environment.variables())
    if processes.wait(checking):
        raise HostError(f"{checker} found errors in {folder}; the program was not run")
