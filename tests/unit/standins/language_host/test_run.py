"""Running programs: what they are given, how they fail, how they are ended.

Belongs here: the request Run. How tracebacks are cut is in test_language_host_traceback.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from standins.language_host.stubs import grpc, language_pb2

from .engine_double import EngineDouble
from .host_process import Host, interpreter, program_info, runs, until


def request_for(
    engine: EngineDouble, folder: Path, options: dict[str, Any] | None = None, **fields: Any
) -> Any:
    return language_pb2.RunRequest(
        project="p",
        stack="s",
        organization="o",
        pwd=str(folder),
        monitor_address=engine.address,
        parallel=4,
        info=program_info(folder, options),
        **fields,
    )


def run(
    host: Host,
    engine: EngineDouble,
    folder: Path,
    program: str,
    options: dict[str, Any] | None = None,
    **fields: Any,
) -> Any:
    (folder / "__main__.py").write_text(program)
    return host.stub.Run(request_for(engine, folder, options, **fields))


def test_a_program_gets_its_configuration_and_its_outputs_arrive(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("VALUE = 'imported'")
    program = """
import sys, os, pulumi, beside
config = pulumi.Config()
pulumi.log.info("logged")
pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
pulumi.export("plain", config.require("plain"))
pulumi.export("hidden", config.require_secret("hidden"))
pulumi.export("beside", beside.VALUE)
pulumi.export("preview", pulumi.runtime.is_dry_run())
pulumi.export("folders", [os.getcwd(), pulumi.runtime.get_root_directory()])
pulumi.export("arguments", sys.argv[1:])
"""
    config = {"p:plain": "seen", "p:hidden": "a secret"}
    answer = run(
        host,
        engine,
        tmp_path,
        program,
        config=config,
        configSecretKeys=["p:hidden"],
        dryRun=True,
        args=["--flag", "word"],
    )
    assert (answer.error, answer.bail) == ("", False)
    hidden = engine.outputs.pop("hidden")
    assert hidden["value"] == "a secret" and len(hidden) == 2, "a secret must stay marked as one"
    assert engine.outputs == {
        "names": ["p", "s", "o"],
        "plain": "seen",
        "beside": "imported",
        "preview": True,
        "folders": [str(tmp_path), str(tmp_path)],
        "arguments": ["--flag", "word"],
    }
    assert engine.infos == ["logged"]


def test_a_failing_program_is_reported_once_and_from_the_users_line_on(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    program = "import pulumi\npulumi.Output.from_input(0).apply(lambda zero: 1 / zero)\n"
    answer = run(host, engine, tmp_path, program)
    assert (answer.error, answer.bail) == ("", True), "the engine must not tell it again"
    (message,) = engine.errors
    assert message.startswith("Program failed with an unhandled exception:\nTraceback")
    assert message.endswith("ZeroDivisionError: division by zero")
    assert message.count("  File ") == 1 and f'"{tmp_path}/__main__.py", line 2' in message
    assert "Traceback" not in host.complaints


def test_a_run_error_is_reported_in_its_own_words_alone(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    answer = run(host, engine, tmp_path, "import pulumi\nraise pulumi.RunError('say `make up`')")
    assert answer.bail and engine.errors == ["say `make up`"]


def test_a_missing_program_is_named_by_its_path(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    answer = host.stub.Run(request_for(engine, tmp_path))
    missing = tmp_path / "__main__.py"
    assert answer.bail and engine.errors == [f"there is no program: {missing} does not exist"]


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import sys; sys.exit(0)", ""),
        ("import sys; sys.exit(3)", "program exited with non-zero exit code: 3"),
        ("import sys; sys.exit(33)", "program exited with non-zero exit code: 33"),
        ("import os; os.kill(os.getpid(), 9)", "the program was ended by SIGKILL"),
    ],
    ids=["0", "3", "the code for a missing SDK", "killed"],
)
def test_how_a_program_ended_is_reported(
    host: Host, engine: EngineDouble, tmp_path: Path, program: str, error: str
) -> None:
    answer = run(host, engine, tmp_path, program)
    assert (answer.error, answer.bail) == (error, False)


def test_an_interpreter_without_the_sdk_is_named_with_the_way_out(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    without_packages = f'exec {sys.executable} -E -S "$@"'
    python = interpreter(tmp_path / "venv", without_packages)
    with pytest.raises(grpc.RpcError) as refused:
        run(host, engine, tmp_path, "", options={"virtualenv": "venv"})
    answer: Any = refused.value
    assert answer.details() == (
        f"{python} has no package pulumi; add it to requirements.txt and run `pulumi install`"
    )
    assert "Traceback" not in host.complaints


def test_a_type_checker_that_is_not_installed_stops_the_program(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    with pytest.raises(grpc.RpcError, match="typechecker is mypy, which is not installed"):
        run(host, engine, tmp_path, "print('ran all the same')", options={"typechecker": "mypy"})
    assert "ran all the same" not in host.printed


SLOW = """
import os, subprocess, time
child = subprocess.Popen(["sleep", "60"])
print("begun", child.pid, os.getpid())
try:
    time.sleep(60)
finally:
    print("cleaned up")
"""


def test_an_interrupt_ends_program_and_children_without_a_traceback(
    own_host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    (tmp_path / "__main__.py").write_text(SLOW)
    call: Any = own_host.stub.Run.future(request_for(engine, tmp_path))
    until(lambda: "begun" in own_host.printed, "the program begins")
    _, child, program = own_host.printed.split()
    assert own_host.interrupt() == 0
    until(call.done, "the request is answered")
    assert "cleaned up" in own_host.printed
    assert own_host.complaints == "" and engine.errors == []
    for process in (child, program):
        until(lambda process=process: not runs(int(process)), "no process is left")


def test_a_cancelled_request_leaves_the_program_to_its_hooks(
    own_host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    (tmp_path / "__main__.py").write_text(
        "import time; print('begun'); time.sleep(0.2)\nprint('end')"
    )
    call: Any = own_host.stub.Run.future(request_for(engine, tmp_path))
    until(lambda: "begun" in own_host.printed, "the program begins")
    call.cancel()
    until(lambda: "end" in own_host.printed, "the program ends by itself")


def test_a_host_whose_program_failed_ends_at_once(
    own_host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    program = "import pulumi\npulumi.ComponentResource('a:b:C', 'c')\nraise ValueError('no')"
    assert run(own_host, engine, tmp_path, program).bail
    os.killpg(own_host.process.pid, signal.SIGINT)
    assert own_host.process.wait(5) == 0
    assert own_host.complaints == ""
