"""The folder of `make render`: it equals that of the last run, and keeps the files of others."""

import filecmp
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import render
from tests.unit.components.plan import DIGEST

_CLOUD = {"product": "cloud", "context": "c", "registry": {"repository": "registry.example/team"}}
_IMAGE = {
    "source": "docker build app",
    "image": f"registry.example/team/web@{DIGEST}",
    "user": 10001,
    "group": 10001,
}
_FIRST = {
    "autoscale": {"max": 5},
    "migration": {"command": ["node", "one.js"]},
    "files": {"/etc/a": "one"},
}
_LATER = {"migration": {"command": ["node", "two.js"]}, "files": {"/etc/a": "two"}}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    monkeypatch.setattr(render, "_ROOT", tmp_path)
    return tmp_path


def _render(root: Path, app: dict[str, Any], out: str = "out", stack: str = "cloud") -> int:
    config = {"slipway:target": _CLOUD, "slipway:image": {"context": "app"}, "slipway:app": app}
    (root / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))
    lock = {"applications": {"web": {"images": {"application": _IMAGE}}}}
    (root / f"{stack}.lock.yaml").write_text(yaml.safe_dump(lock))
    return render.main(["--stack", stack, "--out", str(root / out)])


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_after_a_change_the_folder_equals_a_fresh_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _render(root, _FIRST)
    before = _files(root / "out")
    capsys.readouterr()

    _render(root, _LATER)
    shown = capsys.readouterr().out
    _render(root, _LATER, "fresh")

    names = _files(root / "fresh")
    assert _files(root / "out") == names
    assert filecmp.cmpfiles(root / "out", root / "fresh", [n for n in names if "." in n])[1:] == (
        [],
        [],
    )
    gone = before - names
    assert len(gone) == 3, "the autoscaler, the migration, the ConfigMap"
    assert {line for line in shown.splitlines() if line.startswith("removed: ")} == {
        f"removed: {root / 'out' / name}" for name in gone
    }


def test_files_that_render_did_not_write_stay(root: Path) -> None:
    namespace = root / "out" / "shop-cloud"
    _render(root, _FIRST)
    own = [root / "out" / "README.md", root / "out" / "values.yaml"]
    own += [namespace / "kustomization.yaml", namespace / "secret-of-mine.yaml"]
    for file in own:
        file.write_text("mine\n")
    (namespace / "bytes.yaml").write_bytes(b"\xff\xfe")

    _render(root, _LATER)

    assert [file.read_text() for file in own] == ["mine\n"] * 4
    assert (namespace / "bytes.yaml").exists()


def test_the_folder_of_a_namespace_that_is_gone_is_removed(root: Path) -> None:
    _render(root, {"namespace": "back"})
    assert (root / "out" / "back").is_dir()

    _render(root, {"namespace": "front"})

    assert sorted(path.name for path in (root / "out").iterdir()) == ["front", "kustomization.yaml"]


def test_a_kustomization_of_the_user_is_not_overwritten(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "out").mkdir()
    own = root / "out" / "kustomization.yaml"
    own.write_text("resources: [shop]\n")

    assert _render(root, _FIRST) == 1

    assert _files(root / "out") == {"kustomization.yaml"}
    assert own.read_text() == "resources: [shop]\n"
    message = capsys.readouterr().err
    assert f"{own} is not one that Slipway wrote" in message
    assert f"OUT={root / 'out' / 'cloud'}" in message


def test_files_that_are_as_they_should_be_are_not_touched(root: Path) -> None:
    _render(root, _FIRST)
    for file in (root / "out").rglob("*.yaml"):
        os.utime(file, (0, 0))

    _render(root, _LATER)

    touched = {file.name for file in (root / "out").rglob("*.yaml") if file.stat().st_mtime}
    assert {name.partition("-")[0] for name in touched} == {
        *("kustomization.yaml", "deployment", "job", "configmap")
    }


def test_the_same_settings_give_the_same_bytes(root: Path) -> None:
    _render(root, _FIRST, "one")
    _render(root, _FIRST, "two")

    assert {n: (root / "one" / n).read_bytes() for n in _files(root / "one") if "." in n} == {
        n: (root / "two" / n).read_bytes() for n in _files(root / "two") if "." in n
    }


def test_the_kustomization_lists_every_object_and_namespaces_first(root: Path) -> None:
    _render(root, {**_FIRST, "namespace": "shop"})

    listed = yaml.safe_load((root / "out" / "kustomization.yaml").read_text())["resources"]

    assert listed[0] == "shop/namespace-shop.yaml"
    assert set(listed) == {name for name in _files(root / "out") if name.startswith("shop/")}
    assert len(listed) == len(set(listed)) == 9


def test_a_stack_does_not_overwrite_the_files_of_another_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _render(root, {"namespace": "shop"}, stack="one")
    written = {file: file.read_text() for file in (root / "out").rglob("*.yaml")}
    capsys.readouterr()

    assert _render(root, {"namespace": "shop"}, stack="two") == 1

    message = capsys.readouterr().err
    assert "is a file of the stack one of the project shop" in message
    assert f"OUT={root / 'out' / 'two'}" in message
    assert {file: file.read_text() for file in (root / "out").rglob("*.yaml")} == written


def test_every_file_is_still_one_object_for_readers_of_yaml(root: Path) -> None:
    _render(root, _FIRST)

    for file in (root / "out").glob("*/*.yaml"):
        assert file.read_text().startswith("# Rendered by Slipway from the stack cloud of")
        assert yaml.safe_load(file.read_text())["kind"]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="`make setup` installs kubectl")
def test_kustomize_takes_the_folder_as_it_is(root: Path) -> None:
    _render(root, {**_FIRST, "env": {"NO": "y", "TIME": "1:30", "LINES": "a\n b\n"}})

    done = subprocess.run(
        ["kubectl", "kustomize", root / "out"], capture_output=True, check=True, encoding="utf-8"
    )

    built = list(yaml.safe_load_all(done.stdout))
    written = [yaml.safe_load(file.read_text()) for file in (root / "out").glob("*/*.yaml")]
    assert sorted(map(str, map(_sorted, built))) == sorted(map(str, map(_sorted, written)))
    assert built[0]["kind"] == "Namespace"


def _sorted(value: Any) -> Any:
    """Return a value with sorted keys, as kustomize writes them."""
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in sorted(value.items())}
    return [_sorted(inner) for inner in value] if isinstance(value, list) else value
