"""The findings of the doctor, and that each problem comes with the way to fix it."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.doctor import examine, machine, mirrors, pulumi, tools
from toolchain.doctor.finding import Finding
from toolchain.places import Checkout
from toolchain.setup import stamp
from toolchain.setup.stamp import Row

ROOT = Path(__file__).parents[4]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with the real lock, set up with a kind of the version that it names."""
    for name in [name for name in os.environ if name.startswith(("PULUMI_", "SLIPWAY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SLIPWAY_CACHE", str(tmp_path / "cache"))
    checkout = samples.checkout(tmp_path / "checkout")
    (checkout.toolchain / "lock.toml").write_text((ROOT / "toolchain/lock.toml").read_text())
    checkout.private.mkdir()
    plugin = samples.program(
        checkout.home / "plugins" / "resource-docker-v5.1.0", "pulumi-resource-docker", ""
    )
    samples.program(checkout.venv / "bin", "kind", "echo kind v0.31.0")
    rows = [Row("kind", "0.31.0", "PATH"), Row("pulumi-resource-docker", "5.1.0", "stand-in: x")]
    stamp.write(checkout, stamp.Result(rows, {"resource-docker-v5.1.0": plugin}))
    return checkout


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_finding_to_fix_makes_the_exit_code_1(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Finding("fail", "disk", "full", "free some space")
    assert examine(checkout, [lambda _checkout: [broken]]) == 1
    assert capsys.readouterr().out == (
        "fail  disk: full\n        free some space\n\n1 to fix, 0 to know about\n"
    )


def test_a_finding_to_know_about_does_not(checkout: Checkout) -> None:
    assert examine(checkout, [lambda _checkout: [Finding("warn", "port 8080", "held")]]) == 0


def test_tools_are_shown_with_version_and_source(checkout: Checkout) -> None:
    assert Finding("ok", "kind", "0.31.0 (PATH)") in tools.programs(checkout)


@pytest.mark.parametrize("body", ["echo kind v0.20.0", "exit 1"])
def test_a_tool_that_is_outdated_or_broken_is_fixed_by_set_up(
    checkout: Checkout, body: str
) -> None:
    samples.program(checkout.venv / "bin", "kind", body)
    (finding,) = [one for one in tools.programs(checkout) if one.subject == "kind"]
    assert (finding.level, finding.fix) == ("fail", "make setup")


def test_a_lock_that_changed_since_the_set_up_is_noticed(checkout: Checkout) -> None:
    before = [one.level for one in tools.programs(checkout)]
    (checkout.toolchain / "new.py").touch()
    after = [one.level for one in tools.programs(checkout)]
    assert (before.count("warn"), after.count("warn")) == (0, 1)


def test_an_outdated_environment_is_fixed_by_set_up(checkout: Checkout) -> None:
    (finding,) = tools.environment(checkout)
    assert (finding.level, finding.fix) == ("fail", "make setup")


def test_a_checkout_that_is_not_set_up_is_said_once(tmp_path: Path) -> None:
    fresh = Checkout(tmp_path)
    found = [*tools.programs(fresh), *tools.plugins(fresh), *tools.stand_ins(fresh)]
    assert [(one.level, one.fix) for one in found] == [("fail", "make setup")]


def test_a_pulumi_home_of_the_user_without_plugins_is_fixed_by_linking_them(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert [one.level for one in tools.plugins(checkout)] == ["ok"]
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "own"))
    (finding,) = tools.plugins(checkout)
    assert finding.level == "fail"
    assert "resource-docker-v5.1.0" in finding.detail
    assert finding.fix == f"python3 -m toolchain plugins {tmp_path / 'own'}"


def test_stand_ins_are_named_with_the_reason_and_the_way_out(checkout: Checkout) -> None:
    (finding,) = tools.stand_ins(checkout)
    assert finding.detail.startswith("pulumi-resource-docker: the vendor's could not be")
    assert "setup --again" in finding.fix


def test_the_program_that_holds_a_port_is_named(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    monkeypatch.setattr(machine, "_PORTS", {taken: "the application"})
    monkeypatch.setenv("PATH", "/nowhere")
    (finding,) = machine.ports(checkout)
    assert finding.level == "warn"
    assert f"(process {os.getpid()})" in finding.detail
    assert str(taken) in finding.fix


def test_a_free_port_is_fine(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    monkeypatch.setattr(machine, "_PORTS", {free: "the application"})
    assert [one.level for one in machine.ports(checkout)] == ["ok"]


def test_mirror_maps_are_shown_with_their_entries(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "mirrors.yaml").write_text(
        "# a comment\nimages:\n  docker.io/library/node:22: slipway/debian-nodejs:bookworm\n"
    )
    (finding,) = mirrors.maps(checkout)
    assert "docker.io/library/node:22: slipway/debian-nodejs:bookworm" in finding.detail
    assert "a comment" not in finding.detail


def test_a_named_mirror_map_that_does_not_exist_is_to_fix(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_MIRRORS", "/nowhere/mirrors.yaml")
    assert [one.level for one in mirrors.maps(checkout)] == ["fail"]


def test_variables_of_the_user_are_shown_without_their_secrets(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://team")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "hunter2")
    (finding,) = pulumi.variables(checkout)
    assert "PULUMI_BACKEND_URL=s3://team" in finding.detail
    assert "PULUMI_CONFIG_PASSPHRASE" in finding.detail
    assert "hunter2" not in finding.detail


def test_a_lock_whose_process_ended_comes_with_the_command_that_frees_it(
    checkout: Checkout,
) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    folder = checkout.state / ".pulumi" / "locks" / "organization" / "slipway" / "kind"
    folder.mkdir(parents=True)
    lock = {"pid": ended.pid, "hostname": socket.gethostname()}
    (folder / "1.json").write_text(json.dumps(lock))
    (finding,) = pulumi.locks(checkout)
    assert (finding.level, finding.fix) == ("warn", "pulumi cancel --yes --stack kind")
    (folder / "1.json").write_text(json.dumps({**lock, "pid": os.getpid()}))
    assert [one.level for one in pulumi.locks(checkout)] == ["ok"]
