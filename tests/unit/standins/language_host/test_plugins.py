"""Running plugins that are written in Python: policy packs and component providers."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from standins.language_host.stubs import grpc, language_pb2

from .host_process import Host, interpreter, program_info, runs, until


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A plugin's folder with the virtual environment that a plugin has when it names none."""
    folder = tmp_path / "pack"
    interpreter(folder / "venv", f'exec {sys.executable} "$@"')
    return folder


def request(folder: Path, **fields: Any) -> Any:
    return language_pb2.RunPluginRequest(pwd=str(folder), info=program_info(folder), **fields)


def heard(answers: Any) -> tuple[bytes, bytes, int]:
    """Return all of standard output, all of standard error, and the exit code."""
    stdout, stderr, code = b"", b"", -1
    for answer in answers:
        stdout += answer.stdout
        stderr += answer.stderr
        if answer.WhichOneof("output") == "exitcode":
            code = answer.exitcode
    return stdout, stderr, code


def test_a_plugin_runs_in_its_folder_with_arguments_and_environment(host: Host, pack: Path) -> None:
    (pack / "__main__.py").write_text(
        "import os, sys\n"
        "print(sys.argv[1:], os.environ['GIVEN'], os.environ['VIRTUAL_ENV'], os.getcwd())\n"
        "print('a complaint', file=sys.stderr)\n"
        "sys.exit(7)\n"
    )
    asked = request(pack, args=["127.0.0.1:1"], env=["GIVEN=a=b", "VIRTUAL_ENV=/another"])
    stdout, stderr, code = heard(host.stub.RunPlugin(asked))
    assert stdout.decode() == f"['127.0.0.1:1'] a=b {pack / 'venv'} {pack}\n"
    assert (stderr, code) == (b"a complaint\n", 7)


def test_the_line_with_the_port_comes_while_the_plugin_runs_and_a_cancel_ends_it(
    host: Host, pack: Path
) -> None:
    (pack / "__main__.py").write_text(
        "import os, time\nprint(os.getpid())\ntime.sleep(60)\n"  # not flushed
    )
    answers = host.stub.RunPlugin(request(pack))
    plugin = int(next(answers).stdout)
    os.kill(plugin, 0)
    answers.cancel()
    until(lambda: not runs(plugin), "the plugin ends")


def test_much_output_arrives_whole(host: Host, pack: Path) -> None:
    (pack / "__main__.py").write_text("print('x' * 3_000_000)")
    stdout, _, code = heard(host.stub.RunPlugin(request(pack)))
    assert (len(stdout), code) == (3_000_001, 0)


def test_a_component_package_is_run_by_the_sdk_under_its_name(host: Host, pack: Path) -> None:
    interpreter(pack / "other", 'echo "$@"')
    (pack / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\n[project]\nname = "parts"\n'
    )
    asked = language_pb2.RunPluginRequest(
        pwd=str(pack), info=program_info(pack, {"virtualenv": "other"}), args=["address"]
    )
    assert heard(host.stub.RunPlugin(asked))[0] == b"-u -m pulumi.run.plugin parts address\n"


@pytest.mark.parametrize(
    ("project", "message"),
    [
        (None, "it has neither __main__.py nor a pyproject.toml"),
        ('[project]\nname = "no-build-system"', "it has neither __main__.py nor a pyproject.toml"),
        ("[project", "pyproject.toml cannot be read"),
    ],
    ids=["nothing", "no build system", "broken"],
)
def test_what_is_no_plugin_is_refused(
    host: Host, pack: Path, project: str | None, message: str
) -> None:
    if project:
        (pack / "pyproject.toml").write_text(project)
    with pytest.raises(grpc.RpcError, match=message):
        heard(host.stub.RunPlugin(request(pack)))


def test_a_plugin_without_its_environment_is_refused_with_the_way_out(
    host: Host, tmp_path: Path
) -> None:
    (tmp_path / "__main__.py").write_text("")
    with pytest.raises(grpc.RpcError, match="venv does not exist; make it with `pulumi install`"):
        heard(host.stub.RunPlugin(request(tmp_path)))
