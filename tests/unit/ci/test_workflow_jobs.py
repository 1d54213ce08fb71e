"""What the jobs run, and on what: existing make targets, accepted versions and platforms.

A workflow runs only on GitHub; what this repository knows about its values is compared here.
"""

import platform
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.unit.ci.workflows import Job, jobs
from tests.unit.docs.pages import ROOT, makefile_targets
from toolchain.lock import Range, read_lock
from toolchain.places import this_platform
from toolchain.reach.choice import choose_tools
from toolchain.reach.remembered import Remembered

# https://docs.github.com/en/actions/reference/runners/github-hosted-runners
_RUNNERS = {
    "ubuntu-24.04": ("Linux", "x86_64"),
    "ubuntu-24.04-arm": ("Linux", "aarch64"),
    "macos-15-intel": ("Darwin", "x86_64"),
}
_REQUIRED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "requires-python"
]
_OLDEST = _REQUIRED.removeprefix(">=")


@pytest.mark.parametrize("job", jobs(), ids=str)
def test_a_shell_step_is_a_make_target_or_a_script_of_this_repository(job: Job) -> None:
    assert job.commands
    for line in job.commands:
        program, *targets = shlex.split(line)
        if program == "make":
            assert targets and set(targets) <= makefile_targets(), line
        else:
            script = ROOT / program
            assert program.startswith(".ci/") and not targets, line
            assert script.is_file() and script.stat().st_mode & 0o111, f"{line} cannot be run"


@pytest.mark.parametrize("script", sorted((ROOT / ".ci").iterdir()), ids=lambda file: file.name)
def test_a_script_is_valid_shell(script: Path) -> None:
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_tier_that_the_script_of_the_linux_job_names_is_a_make_target() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    tiers = re.findall(r"^([a-z-]+) \d+ ", text.partition("<<TIERS\n")[2], re.MULTILINE)
    assert "test-scan" in tiers
    assert set(tiers) <= makefile_targets()


@pytest.mark.parametrize("job", jobs(), ids=str)
def test_each_python_is_one_that_the_package_accepts(job: Job) -> None:
    assert re.fullmatch(r">=\d+\.\d+", _REQUIRED)
    assert job.pythons
    for version in job.pythons:
        assert isinstance(version, str), f"{version} without quotes is a number"
        assert version in Range(_OLDEST, "4")


def test_the_oldest_python_and_newer_ones_are_tested() -> None:
    tested = {version for job in jobs() for version in job.pythons}
    assert tested >= {_OLDEST, "3.12", "3.13"}


@pytest.mark.parametrize("runner", sorted({name for job in jobs() for name in job.runners}))
def test_every_tool_has_a_release_for_each_runner(
    runner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, machine = _RUNNERS[runner]
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    here = this_platform()
    installed = [each for each in read_lock(ROOT / "toolchain", here).tools.values()
                 if each.is_installed]  # fmt: skip
    assert installed
    for tool in installed:
        assert f"{here.system}-" in tool.required_release.url or (
            f"/{here.system}/{here.machine}/" in tool.required_release.url
        ), tool.name


def test_linux_on_both_processors_and_macos_are_tested() -> None:
    assert {name for job in jobs() for name in job.runners} == set(_RUNNERS)


@pytest.mark.parametrize("job", [job for job in jobs() if "env" in job.body], ids=str)
def test_a_job_that_asks_for_releases_builds_nothing(job: Job, tmp_path: Path) -> None:
    lock = read_lock(ROOT / "toolchain", this_platform())
    chosen = choose_tools(lock, Remembered(tmp_path), job.body["env"])
    assert chosen.is_published and chosen.by_hand


@pytest.mark.parametrize("job", [job for job in jobs() if job.cache_keys], ids=str)
def test_a_cache_is_of_one_platform_and_of_what_it_is_made_from(job: Job) -> None:
    (key,) = job.cache_keys
    (patterns,) = re.findall(r"hashFiles\((.*)\)", key)
    names = re.findall(r"'([^']+)'", patterns)
    assert "${{ runner.os }}-${{ runner.arch }}-" in key
    assert "toolchain/lock.toml" in names
    for name in names:
        assert list(ROOT.glob(name)), f"nothing in the repository is called {name}"
