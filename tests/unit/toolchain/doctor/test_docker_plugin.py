"""The Docker Engine of Pulumi's docker plugin, compared with that of `docker`."""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.doctor.docker_plugin import plugin
from toolchain.places import Checkout

_COLIMA = "unix:///home/u/colima.sock"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout, and programs on PATH among which `docker` has a context of Colima's."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    _docker(tmp_path, _COLIMA)
    return samples.checkout(tmp_path / "checkout")


def _docker(tmp_path: Path, host: str) -> None:
    shown = f"case $4 in *TLS*) echo '{host}|0|';; *) echo '{host}';; esac"
    samples.program(tmp_path / "bin", "docker", shown)


def test_the_same_engine_is_named(checkout: Checkout) -> None:
    (finding,) = plugin(checkout)
    assert (finding.level, finding.detail) == ("ok", f"the Docker Engine of `docker`, at {_COLIMA}")


def test_a_host_in_a_stack_file_that_is_another_engine_is_to_be_removed(
    checkout: Checkout,
) -> None:
    (checkout.root / "stacks").mkdir()
    file = checkout.root / "stacks" / "Pulumi.kind.yaml"
    file.write_text("config:\n  docker:host: unix:///other.sock\n")
    (finding,) = plugin(checkout)
    assert finding.level == "warn"
    assert finding.detail.startswith("stacks/Pulumi.kind.yaml sets docker:host to unix:///other")
    assert finding.fix.startswith("remove docker:host")

    file.write_text(f'config:\n  docker:host: "{_COLIMA}"\n')
    assert [finding.level for finding in plugin(checkout)] == ["ok"]


def test_a_pulumi_that_hands_no_context_on_comes_with_the_way_to_the_checkouts(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.program(tmp_path / "bin", "pulumi", "")
    (finding,) = plugin(checkout)
    assert finding.level == "warn"
    assert finding.fix == f". .venv/bin/activate, or export DOCKER_HOST={_COLIMA}"

    monkeypatch.setenv("DOCKER_HOST", _COLIMA)
    assert [finding.level for finding in plugin(checkout)] == ["ok"]
    monkeypatch.delenv("DOCKER_HOST")
    _docker(tmp_path, "unix:///var/run/docker.sock")
    assert [finding.level for finding in plugin(checkout)] == ["ok"]


def test_the_pulumi_of_the_checkout_is_fine(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = samples.program(checkout.venv / "bin", "pulumi", "").parent
    monkeypatch.setenv("PATH", f"{folder}:{tmp_path / 'bin'}:/usr/bin:/bin")
    assert [finding.level for finding in plugin(checkout)] == ["ok"]


def test_a_context_that_the_plugin_cannot_use_is_to_fix(checkout: Checkout, tmp_path: Path) -> None:
    failing = "echo 'context \"x\": context not found' >&2; exit 1"
    samples.program(tmp_path / "bin", "docker", failing)
    (finding,) = plugin(checkout)
    assert finding.level == "fail"
    assert finding.detail.startswith("Docker's current context cannot be read")
    assert finding.fix == "docker context ls, then docker context use NAME"


def test_without_a_docker_client_the_check_of_docker_reports_it(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert plugin(checkout) == []
