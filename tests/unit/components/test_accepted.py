"""The schemas that the tests compare manifests with refuse what the API server refuses."""

from typing import Any

import jsonschema_rs
import pytest

from tests.unit.components.accepted import require_accepted


def _deployment(**container: Any) -> dict[str, Any]:
    labels = {"app": "web"}
    pod = {"containers": [{"name": "web", "image": "web", **container}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec}


def test_a_valid_manifest_passes() -> None:
    require_accepted([_deployment(ports=[{"containerPort": 8080}])])


@pytest.mark.parametrize(
    "container", [{"imag": "typo"}, {"ports": "8080"}, {"ports": [{"containerPort": "8080"}]}]
)
def test_an_unknown_field_and_a_wrong_type_are_refused(container: dict[str, Any]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        require_accepted([_deployment(**container)])
