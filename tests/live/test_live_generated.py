"""Whatever validates, a real API server accepts."""

import dataclasses
import json

import pytest

from components.app.manifests import parts
from components.targets.exposure import Exposure
from tests.live.project import Project
from tests.unit.components.apps import PLACE, drawn, least_used
from tests.unit.components.edges import drawn_edges

pytestmark = pytest.mark.live

_COUNT = 300
_EACH = 10
_EDGES = 2000
"""Settings at the edges of what is accepted that are drawn; one in six validates."""

_NAMESPACE = "generated"


def test_settings_that_validate_give_objects_that_a_real_api_server_accepts(
    live: Project,
) -> None:
    accepted, refused = drawn(_COUNT, _EACH)
    edges = drawn_edges(_EDGES)
    share = refused / (refused + len(accepted))
    print(f"{len(accepted)} settings, and {share:.0%} of those drawn refused by validation")
    items = [
        part.manifest
        for number, args in enumerate([*accepted, *edges])
        for part in parts(
            args,
            dataclasses.replace(
                PLACE,
                name=f"web-{number}",
                namespace=_NAMESPACE,
                exposure=Exposure(url="http://web"),
            ),
        )
    ]
    file = live.folder / "generated.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    live.kubectl("create", "namespace", _NAMESPACE)
    try:
        security = "pod-security.kubernetes.io/warn=restricted"
        live.kubectl("label", "namespace", _NAMESPACE, security)
        apply = ("apply", "--server-side", "--dry-run=server", f"--filename={file}")
        output = live.kubectl(*apply)
    finally:
        live.kubectl("delete", "namespace", _NAMESPACE, "--wait=false")

    assert len(accepted) >= _COUNT
    assert len(edges) >= _EDGES / 10
    assert least_used(accepted)[1] >= _EACH, least_used(accepted)
    assert output.count("serverside-applied (server dry run)") == len(items)
    assert "would violate PodSecurity" not in output
