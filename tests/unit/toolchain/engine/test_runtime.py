"""The runtime for machines without CAP_SYS_RESOURCE, run as containerd runs it.

Belongs here: what it does to a bundle; `runc` is a script that prints its arguments.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolchain.engine.daemon import install_runtime


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    fake = tmp_path / "bin" / "runc"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "runc $*"\n')
    fake.chmod(0o755)
    return install_runtime(tmp_path / "cache")


def run(runtime: Path, folder: Path, *arguments: str) -> str:
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        [runtime, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
    ).stdout


def process() -> dict[str, Any]:
    kept = ["CAP_NET_ADMIN"]
    return {
        "args": ["/sbin/init"],
        "oomScoreAdj": -999,
        "capabilities": {"bounding": ["CAP_SYS_RESOURCE", *kept], "ambient": None},
    }


RELAXED = {
    "args": ["/sbin/init"],
    "oomScoreAdj": 0,
    "capabilities": {"bounding": ["CAP_NET_ADMIN"], "ambient": []},
}


@pytest.mark.parametrize("option", [["--bundle"], ["-b"], ["--bundle="]])
def test_a_new_container_asks_for_neither_the_capability_nor_a_negative_oom_score(
    runtime: Path, tmp_path: Path, option: list[str]
) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "config.json").write_text(json.dumps({"ociVersion": "1.0", "process": process()}))
    named = [f"{option[0]}{bundle}"] if option[0].endswith("=") else [*option, str(bundle)]

    printed = run(runtime, tmp_path, "--root", "/r", "create", *named, "id")

    assert printed == f"runc --root /r create {' '.join(named)} id\n"
    document = json.loads((bundle / "config.json").read_text())
    assert document == {"ociVersion": "1.0", "process": RELAXED}


def test_a_bundle_that_is_not_named_is_the_working_folder(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"process": process()}))
    run(runtime, tmp_path, "run", "id")
    assert json.loads((tmp_path / "config.json").read_text()) == {"process": RELAXED}


def test_a_command_in_a_container_is_relaxed_too(runtime: Path, tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps(process()))
    printed = run(runtime, tmp_path, "exec", "--process", str(file), "id")
    assert printed.startswith("runc exec")
    assert json.loads(file.read_text()) == RELAXED


def test_other_commands_reach_runc_as_they_are(runtime: Path, tmp_path: Path) -> None:
    assert run(runtime, tmp_path, "state", "id") == "runc state id\n"


def test_a_positive_oom_score_stays(runtime: Path, tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps({"oomScoreAdj": 500}))
    run(runtime, tmp_path, "exec", "-p", str(file), "id")
    assert json.loads(file.read_text()) == {"oomScoreAdj": 500}


def test_the_copy_is_a_program_of_its_own(runtime: Path) -> None:
    assert runtime.stat().st_mode & 0o777 == 0o755
    assert runtime.read_text().startswith("#!/")
