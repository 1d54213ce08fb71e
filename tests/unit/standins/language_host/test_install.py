"""Installing what a program depends on."""

from pathlib import Path
from typing import Any

import pytest

from standins.language_host.stubs import grpc, language_pb2

from .host_process import Host, interpreter, program_info


def install(host: Host, folder: Path, options: dict[str, Any], **fields: Any) -> str:
    """Install, and return what was shown meanwhile; it is kept when the host refuses."""
    request = language_pb2.InstallDependenciesRequest(info=program_info(folder, options), **fields)
    return "".join(
        (answer.stdout + answer.stderr).decode()
        for answer in host.stub.InstallDependencies(request)
    )


def test_requirements_go_into_the_programs_environment_and_progress_is_shown(
    host: Host, tmp_path: Path
) -> None:
    interpreter(tmp_path / "venv", 'echo "called with $@"; echo "a warning" >&2')
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    shown = install(host, tmp_path, {"virtualenv": "venv"}).splitlines()
    assert shown[:2] == ["Installing dependencies...", f"Installing {tmp_path}/requirements.txt"]
    assert set(shown[2:-1]) == {
        f"called with -m pip install -r {tmp_path}/requirements.txt",
        "a warning",
    }
    assert shown[-1] == "Finished installing dependencies"


def test_a_failing_step_is_named_with_its_exit_code(host: Host, tmp_path: Path) -> None:
    interpreter(tmp_path / "venv", "exit 4")
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    with pytest.raises(grpc.RpcError, match=r"pip install .* failed with exit code 4"):
        install(host, tmp_path, {"virtualenv": "venv"})


def test_a_plugin_is_installed_into_an_environment_of_its_own(host: Host, tmp_path: Path) -> None:
    interpreter(tmp_path / "venv", 'echo "the plugin\'s"')
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    assert "the plugin's" in install(host, tmp_path, {}, is_plugin=True)


def test_new_projects_are_asked_for_toolchain_and_environment_once(
    host: Host, tmp_path: Path
) -> None:
    def asked(options: dict[str, str]) -> list[str]:
        request = language_pb2.RuntimeOptionsRequest(info=program_info(tmp_path, options))
        return [prompt.key for prompt in host.stub.RuntimeOptionsPrompts(request).prompts]

    assert asked({}) == ["toolchain"]
    assert asked({"toolchain": "pip"}) == ["virtualenv"]
    assert asked({"toolchain": "pip", "virtualenv": "venv"}) == []
    assert asked({"toolchain": "uv"}) == []
