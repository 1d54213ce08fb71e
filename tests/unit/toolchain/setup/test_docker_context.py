"""The Docker Engine that the docker plugin gets, by a `docker` of the test's own.

Belongs here: what the shell script makes of the contexts that `docker context inspect` shows.
"""

import subprocess
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.setup.docker_context import SCRIPT

_NAMES = ("DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY")
_COLIMA = "unix:///home/u/.colima/default/docker.sock"


def _sh(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script with the programs of a folder, and show the variables that it leaves."""
    show = "\n".join(f'echo "${{{name}-unset}}"' for name in _NAMES)
    return subprocess.run(
        ["/bin/sh", "-u", "-c", f"{SCRIPT}{show}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(folder), **variables},
    )


def _docker(folder: Path, shown: str) -> None:
    """A `docker` that shows an endpoint for the context that is asked for without a name."""
    body = f'[ "$1 $2 $#" = "context inspect 4" ] && echo "{shown}"'
    samples.program(folder, "docker", body)


@pytest.mark.parametrize("host", [_COLIMA, "tcp://127.0.0.1:2375", "ssh://user@machine"])
def test_the_address_of_the_current_context_is_handed_on(tmp_path: Path, host: str) -> None:
    _docker(tmp_path, f"{host}|0|/contexts/tls/1")
    assert _sh(tmp_path).stdout.splitlines() == [host, "unset", "unset"]


def test_the_default_socket_needs_no_variable(tmp_path: Path) -> None:
    _docker(tmp_path, "unix:///var/run/docker.sock|0|<IN MEMORY>")
    assert _sh(tmp_path).stdout.splitlines() == ["unset"] * 3


def test_a_host_that_the_user_set_comes_before_any_context(tmp_path: Path) -> None:
    _docker(tmp_path, f"{_COLIMA}|0|")
    done = _sh(tmp_path, DOCKER_HOST="unix:///own.sock", DOCKER_CONTEXT="colima")
    assert done.stdout.splitlines()[0] == "unix:///own.sock"


def test_without_a_docker_client_nothing_is_set(tmp_path: Path) -> None:
    done = _sh(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["unset"] * 3


def test_a_context_with_tls_is_handed_on_with_its_certificates(tmp_path: Path) -> None:
    keys = tmp_path / "tls of a context" / "docker"
    keys.mkdir(parents=True)
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (keys / name).touch()
    _docker(tmp_path, f"tcp://machine:2376|1|{keys.parent}")
    assert _sh(tmp_path).stdout.splitlines() == ["tcp://machine:2376", str(keys), "1"]


def test_a_context_with_tls_that_lacks_a_certificate_is_one_message(tmp_path: Path) -> None:
    keys = tmp_path / "tls" / "docker"
    keys.mkdir(parents=True)
    (keys / "ca.pem").touch()
    _docker(tmp_path, f"tcp://machine:2376|1|{keys.parent}")
    done = _sh(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    message, step = done.stderr.splitlines()
    assert message.startswith("error: Docker's current context reaches tcp://machine:2376 by TLS")
    assert "has no cert.pem, which Pulumi's docker plugin needs" in message
    assert step.startswith("  next: docker context create")


def test_a_context_that_does_not_exist_is_one_message(tmp_path: Path) -> None:
    body = "echo 'context \"nope\": context not found: open meta.json' >&2; exit 1"
    samples.program(tmp_path, "docker", body)
    done = _sh(tmp_path, DOCKER_CONTEXT="nope")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'cannot be read: context "nope": context not found' in done.stderr
    assert "next: docker context ls" in done.stderr


def test_a_client_that_knows_no_contexts_is_left_alone(tmp_path: Path) -> None:
    samples.program(
        tmp_path, "docker", "echo 'unrecognized command `podman context`' >&2; exit 125"
    )
    done = _sh(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
