"""The executables and the life of the host's process.

Belongs here: what is written, what starts whom, how the host ends when nothing runs.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from standins.language_host import processes
from standins.language_host.errors import HostError
from standins.language_host.stubs import empty_pb2, language_pb2
from toolchain.setup.launchers import write_language_host_stand_ins

from .engine_double import EngineDouble
from .host_process import REPOSITORY, Host, interpreter, runs, until


def write(folder: Path, python: Path = Path(sys.executable)) -> list[Path]:
    return write_language_host_stand_ins(folder, python, REPOSITORY)


def test_the_executables_have_the_names_that_pulumi_looks_for(tmp_path: Path) -> None:
    written = write(tmp_path / "new" / "bin")
    assert [path.name for path in written] == [
        "pulumi-language-python",
        "pulumi-resource-pulumi-python",
    ]
    assert all(os.access(path, os.X_OK) for path in written)
    before = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in write(tmp_path / "new" / "bin")] == before
    assert sorted(path.name for path in (tmp_path / "new" / "bin").iterdir()) == sorted(
        path.name for path in written
    ), "nothing else may be left on PATH"


def test_modules_of_the_program_do_not_replace_those_of_the_host(
    engine: EngineDouble, tmp_path: Path
) -> None:
    program = tmp_path / "a program"
    program.mkdir()
    for name in ("grpc", "json", "toolchain"):
        (program / f"{name}.py").write_text("raise SystemExit('the program was imported')")
    host = Host(tmp_path / "a program", engine.address, program)
    assert host.stub.Cancel(empty_pb2.Empty()) == empty_pb2.Empty()
    host.close()
    assert host.complaints == ""


def test_the_sdk_is_not_loaded_to_serve() -> None:
    script = """
import sys, standins.language_host.server
print([name for name in sys.modules if name.split('.')[0] == 'pulumi'])
"""
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "[]\n", "importing the SDK would double the time to start"


def test_an_interrupt_ends_the_host_without_a_word(own_host: Host) -> None:
    assert own_host.interrupt() == 0
    assert (own_host.printed, own_host.complaints) == ("", "")


def test_without_an_address_the_usage_is_shown(tmp_path: Path) -> None:
    host, _ = write(tmp_path)
    ended = subprocess.run([host, "--tracing"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("usage: ") and "ENGINE_ADDRESS" in ended.stderr


def test_hosts_whose_engine_is_gone_end(tmp_path: Path, engine: EngineDouble) -> None:
    host, _ = write(tmp_path)
    # The engine's part: it starts one host that leads its group and one that does not, and dies.
    starter = f"""
from subprocess import DEVNULL, PIPE, Popen
for group in (0, None):
    command = ["{host}", "{engine.address}"]
    host = Popen(command, stdout=PIPE, stderr=DEVNULL, process_group=group)
    host.stdout.readline()
    print(host.pid)
"""
    started = subprocess.run(
        [sys.executable, "-c", starter], capture_output=True, text=True, check=True
    )
    hosts = [int(number) for number in started.stdout.split()]
    assert len(hosts) == 2
    try:
        until(lambda: not any(map(runs, hosts)), "both hosts end")
    finally:
        for number in filter(runs, hosts):
            os.kill(number, signal.SIGKILL)


def test_what_ignores_an_interrupt_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_INTERRUPT_SECONDS", 0.2)
    started = processes.Processes()
    stubborn = started.start(["sh", "-c", "trap '' INT; echo ready; sleep 60"], piped=True)
    assert stubborn.stdout is not None and stubborn.stdout.readline() == b"ready\n"
    started.end()
    assert stubborn.wait(5) == -signal.SIGKILL
    with pytest.raises(HostError, match="closing"):
        started.start(["true"])


def test_the_handshake_is_answered(host: Host, engine: EngineDouble) -> None:
    request = language_pb2.LanguageHandshakeRequest(engine_address=engine.address)
    assert host.stub.Handshake(request) == language_pb2.LanguageHandshakeResponse()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PULUMI_RUNTIME_VIRTUALENV", "venv", "{folder}/venv"),
        ("PULUMI_RUNTIME_VIRTUALENV", "{folder}/venv/", "{folder}/venv"),
        ("PULUMI_RUNTIME_TOOLCHAIN", "uv", "{folder}/.venv"),
    ],
    ids=["relative", "absolute", "uv's own"],
)
def test_dynamic_providers_run_in_the_programs_environment(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    _, dynamic = write(tmp_path / "bin")
    for folder in ("venv", ".venv"):
        interpreter(tmp_path / folder, 'echo "$VIRTUAL_ENV" "$@"')
    ended = subprocess.run(
        [dynamic, "127.0.0.1:1"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], name: value.format(folder=tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    used, unbuffered, script, address = ended.stdout.split()
    assert used == expected.format(folder=tmp_path)
    assert (unbuffered, Path(script).name, address) == ("-u", "serve_dynamic.py", "127.0.0.1:1")


def test_a_missing_environment_of_dynamic_providers_is_named(tmp_path: Path) -> None:
    _, dynamic = write(tmp_path / "bin")
    ended = subprocess.run(
        [dynamic],
        cwd=tmp_path,
        env={**os.environ, "PULUMI_RUNTIME_VIRTUALENV": "venv"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        f"Pulumi.yaml: runtime option virtualenv is venv, but there is no {tmp_path}"
        f"/venv/bin/python; make it with `pulumi install`\n"
    )
