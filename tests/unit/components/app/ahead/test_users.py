"""Containers that are to run as root and must not."""

import pytest

from .cluster import Cluster, Manifest, deployment


@pytest.mark.parametrize(
    ("of_pod", "of_container", "is_found"),
    [
        ({"runAsNonRoot": True, "runAsUser": 0}, {}, True),
        ({"runAsNonRoot": True}, {"runAsUser": 0}, True),
        ({"runAsUser": 0}, {"runAsNonRoot": True}, True),
        ({"runAsNonRoot": True, "runAsUser": 0}, {"runAsUser": 1000}, False),
        ({"runAsNonRoot": True, "runAsUser": 0}, {"runAsNonRoot": False}, False),
        ({"runAsNonRoot": True}, {}, False),
        ({"runAsUser": 0}, {}, False),
    ],
)
def test_root_is_a_finding_where_it_is_forbidden(
    of_pod: Manifest, of_container: Manifest, is_found: bool
) -> None:
    def change(spec: Manifest) -> None:
        spec["securityContext"] = of_pod
        spec["containers"][0]["securityContext"] = of_container

    assert Cluster().causes(deployment(change)) == (["root user"] if is_found else [])
