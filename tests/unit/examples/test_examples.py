"""The examples of programs: what each of them registers, with its own stack file.

What they do on a cluster is tested in tests/examples.
"""

import os
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.testing import Deployment
from stacks.settings import Settings
from tests.unit.components.plan import DIGEST, REPOSITORY, named_by_content, plan

_EXAMPLES = sorted((REPOSITORY / "examples").glob("0*"))
_NAMES = [folder.name for folder in _EXAMPLES]


def _project(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "Pulumi.yaml").read_text())


def _stack_file(folder: Path) -> Path:
    (file,) = folder.glob("Pulumi.*.yaml")
    return file


def _stack(folder: Path) -> str:
    return _stack_file(folder).name.removeprefix("Pulumi.").removesuffix(".yaml")


def _planned(name: str, **more: str) -> Deployment:
    folder = REPOSITORY / "examples" / name
    config = yaml.safe_load(_stack_file(folder).read_text())["config"]

    def program() -> None:
        runpy.run_path(str(folder / "__main__.py"), run_name="__main__")

    return plan(
        program,
        {**config, **more},
        project=_project(folder)["name"],
        stack=_stack(folder),
        folder=folder,
    )


def _pod(plan: Deployment, workload: str) -> dict[str, Any]:
    return plan[workload].inputs["spec"]["template"]["spec"]


def test_there_are_five() -> None:
    assert _NAMES == [
        "01-own-program",
        "02-two-applications",
        "03-statefulset",
        "04-existing-image",
        "05-cloud",
    ]


def test_an_own_program_makes_three_replicas_with_a_url() -> None:
    planned = _planned("01-own-program")

    assert planned["Deployment"].inputs["spec"]["replicas"] == 3
    assert _pod(planned, "Deployment")["containers"][0]["image"] == f"localhost:5001/web@{DIGEST}"
    assert planned["KindCluster"].inputs["name"] == "hello-dev"
    assert planned.outputs == {"url": "http://localhost:8080"}


def test_of_two_applications_one_is_exposed_and_admitted_by_the_other() -> None:
    planned = _planned("02-two-applications")

    web, api = _pod(planned, "web-deployment"), planned["api-service"].inputs["spec"]
    (url,) = [one["value"] for one in web["containers"][0]["env"] if one["name"] == "API_URL"]
    assert url == "http://api.fruit-dev.svc"
    assert api["type"] == "ClusterIP"
    (label,) = [
        key
        for key in planned["web-deployment"].inputs["spec"]["template"]["metadata"]["labels"]
        if key.endswith("/api")
    ]
    assert label in str(named_by_content(planned, "api-network").inputs["spec"]["ingress"])
    assert planned.outputs == {"url": "http://localhost:8080"}


def test_a_stateful_set_has_a_volume_for_each_pod_that_stays() -> None:
    spec = _planned("03-statefulset")["StatefulSet"].inputs["spec"]

    (claim,) = spec["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "16Mi"
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"
    assert spec["replicas"] == 2


def test_an_existing_image_is_deployed_by_its_digest_and_nothing_is_built() -> None:
    planned = _planned("04-existing-image", **{"existing:image": "registry.example/web:2"})

    assert not [one for one in planned.resources if one.type.startswith("docker:index/image")]
    assert planned.outputs["image"] == f"registry.example/web@{DIGEST}"
    assert _pod(planned, "Deployment")["containers"][0]["image"] == planned.outputs["image"]


def test_an_existing_cluster_is_named_by_its_context_and_serves_at_a_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLIPWAY_REGISTRY_PASSWORD", "only-for-tests")
    planned = _planned("05-cloud")

    assert planned["ClusterIdentity"].inputs["context"] == "my-cluster"
    assert planned["Ingress"].inputs["spec"]["tls"] == [
        {"hosts": ["web.example"], "secretName": "web-tls"}
    ]
    scaler = planned["HorizontalPodAutoscaler"].inputs["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 10)
    assert planned.outputs["url"] == "https://web.example"


@pytest.mark.parametrize("folder", _EXAMPLES, ids=_NAMES)
def test_the_settings_of_a_stack_file_validate(folder: Path) -> None:
    config = yaml.safe_load(_stack_file(folder).read_text())["config"]
    own = {key.partition(":")[2]: v for key, v in config.items() if key.startswith("slipway:")}

    Settings.parse(own, str(_stack_file(folder)))


@pytest.mark.parametrize("folder", _EXAMPLES, ids=_NAMES)
def test_its_readme_names_its_stack_and_how_to_run_it(folder: Path) -> None:
    text = (folder / "README.md").read_text()

    assert f"$ pulumi up --stack {_stack(folder)}" in text
    assert "(../README.md#run-one)" in text


@pytest.mark.parametrize("folder", _EXAMPLES, ids=_NAMES)
def test_it_runs_in_the_environment_of_the_checkout(folder: Path) -> None:
    options = _project(folder)["runtime"]["options"]

    assert Path(os.path.normpath(folder / options["virtualenv"])) == REPOSITORY / ".venv"


def _dockerfiles() -> list[Path]:
    return [file for folder in _EXAMPLES for file in folder.rglob("Dockerfile")]


@pytest.mark.parametrize("file", _dockerfiles(), ids=lambda file: file.parent.name)
def test_every_dockerfile_lets_a_mirror_map_choose_its_base_and_runs_as_a_number(
    file: Path,
) -> None:
    text, sample = file.read_text(), (REPOSITORY / "app" / "Dockerfile").read_text()

    assert text.splitlines()[:2] == sample.splitlines()[:2], "set-up maps the sample's base image"
    assert re.search(r"^USER \d+:\d+$", text, re.MULTILINE)


def test_every_example_is_a_project_of_its_own() -> None:
    assert len({_project(folder)["name"] for folder in _EXAMPLES}) == len(_EXAMPLES)
