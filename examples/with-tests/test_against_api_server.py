"""The shop beside a real API server, where KUBEBUILDER_ASSETS names its programs."""

import os
from pathlib import Path

import pytest
from slipway.testing import deploy, secret

SHOP = Path(__file__).parent
PASSWORD = {"password": secret("correct horse")}
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "small", "namespace": "default"},
    "spec": {"hard": {"pods": "4"}},
}

pytestmark = pytest.mark.skipif(
    "KUBEBUILDER_ASSETS" not in os.environ, reason="KUBEBUILDER_ASSETS is not set"
)


def test_a_cluster_accepts_the_shop(api_server):
    api_server.apply(deploy(SHOP, stack="dev", config=PASSWORD))


def test_the_quota_has_room_for_the_replicas_of_dev_and_no_more(api_server):
    api_server.apply([QUOTA])

    assert api_server.refusals(deploy(SHOP, stack="dev", config=PASSWORD)) == []
    larger = deploy(SHOP, stack="dev", config={**PASSWORD, "replicas": 5})
    (refusal,) = api_server.refusals(larger)
    assert "exceeded quota: small" in refusal.message
