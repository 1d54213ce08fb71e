"""What the field's scanners say about rendered manifests: nothing that is not muted in writing.

Run by `make test-scan`, which hands over where the scanners are.
"""

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.app.manifests import parts
from components.render.files import KUSTOMIZATION, files
from components.targets.exposure import Exposure
from stacks.render import rendered
from tests.unit.components.apps import PLACE, drawn
from tests.unit.components.plan import DIGEST, REPOSITORY

_MUTED: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "muted.yaml").read_text()
)
_SETTINGS = 50


def _facts(name: str) -> dict[str, Any]:
    image = f"registry.example/team/{name}@{DIGEST}"
    own = {"source": "docker build app", "image": image, "user": 10001, "group": 10001}
    return {"images": {"application": own}}


@pytest.fixture(scope="module", params=["kind", "cloud"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed stacks, rendered."""
    root = tmp_path_factory.mktemp("sample")
    for part in ("Pulumi.yaml", "stacks", "app"):
        (root / part).symlink_to(REPOSITORY / part) if part != "stacks" else _copy(root)
    lock = {"applications": {name: _facts(name) for name in ("hello-node", "web")}}
    (root / "stacks" / f"{request.param}.lock.yaml").write_text(yaml.safe_dump(lock))
    return _written(root / "out", rendered(request.param, root).manifests)


def _copy(root: Path) -> None:
    (root / "stacks").mkdir()
    for file in (REPOSITORY / "stacks").glob("Pulumi.*.yaml"):
        (root / "stacks" / file.name).write_text(file.read_text())


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty generated settings, rendered; all in a namespace each."""
    accepted, _ = drawn(_SETTINGS, 1)
    manifests: list[dict[str, Any]] = []
    accepted = [args for args in accepted if args.network_policy]  # what is turned off is missing
    assert len(accepted) >= _SETTINGS
    for number, args in enumerate(accepted):
        place = dataclasses.replace(
            PLACE, name="web", namespace=f"shop-{number}", exposure=Exposure(url="http://web")
        )
        manifests += [part.manifest for part in parts(args, place)]
    return _written(tmp_path_factory.mktemp("generated"), manifests)


def _written(folder: Path, manifests: Any) -> Path:
    for path, text in files(json.loads(json.dumps(list(manifests)))).items():
        if path == KUSTOMIZATION:
            continue
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def _checkov(folder: Path) -> set[str]:
    done = subprocess.run(
        [os.environ["CHECKOV"], "--directory", folder, "--framework", "kubernetes",
         "--output", "json", "--quiet", "--skip-download", "--soft-fail"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["summary"]["passed"] > 0, "nothing was scanned"
    return {
        f"{one['check_id']} {one['check_name']}: {one['resource']}"
        for one in found["results"]["failed_checks"]
        if one["check_id"] not in _MUTED["checkov"]
    }


def _kube_score(folder: Path) -> set[str]:
    done = subprocess.run(
        [os.environ["KUBE_SCORE"], "score", "--output-format=json", "--kubernetes-version=v1.35",
         "--ignore-container-cpu-limit", *folder.rglob("*.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found, "nothing was scanned"
    return {
        f"{check['check']['id']}: {one['object_name']}: {comment['summary']}"
        for one in found
        for check in one["checks"]
        if not check["skipped"] and check["grade"] < 10
        if check["check"]["id"] not in _MUTED["kube-score"]
        for comment in check["comments"] or [{"summary": ""}]
    }


def test_checkov_finds_nothing_in_the_committed_stacks(sample: Path) -> None:
    assert _checkov(sample) == set()


def test_kube_score_finds_nothing_in_the_committed_stacks(sample: Path) -> None:
    assert _kube_score(sample) == set()


def test_checkov_finds_nothing_in_fifty_generated_settings(generated: Path) -> None:
    assert _checkov(generated) == set()


def test_kube_score_finds_nothing_in_fifty_generated_settings(generated: Path) -> None:
    assert _kube_score(generated) == set()


def test_the_scanners_do_find_what_is_wrong(tmp_path: Path) -> None:
    spec = {"containers": [{"name": "web", "image": "web"}], "hostNetwork": True}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    folder = _written(tmp_path, [pod])

    assert len(_checkov(folder)) > 5
    assert len(_kube_score(folder)) > 5
