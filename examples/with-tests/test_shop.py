"""The shop, deployed in tests: no cluster, no provider, no Pulumi."""

from pathlib import Path

import pytest
from slipway.testing import RejectedObjects, deploy, secret

SHOP = Path(__file__).parent
PASSWORD = {"password": secret("correct horse")}


def test_the_stack_file_decides_the_replicas():
    shop = deploy(SHOP, stack="dev", config=PASSWORD)

    assert shop["Deployment"]["spec.replicas"] == 3
    assert shop.outputs == {"host": "shop.default.svc"}


def test_the_password_is_a_secret_everywhere():
    shop = deploy(SHOP, config=PASSWORD)

    assert shop["Secret"].is_secret("stringData.password")
    assert shop["Deployment"].depends_on == {"shop"}


def test_a_number_that_a_cluster_refuses_is_refused():
    with pytest.raises(RejectedObjects, match=r"spec\.replicas -1: must be 0 or more"):
        deploy(SHOP, config={**PASSWORD, "replicas": -1})


def test_more_replicas_change_the_deployment_alone():
    before = deploy(SHOP, stack="dev", config=PASSWORD)
    after = deploy(SHOP, stack="dev", config={**PASSWORD, "replicas": 5}, before=before)

    assert after.changes.updated == ("shop",)
    assert after.changes.fields == {"shop": ("spec.replicas",)}


def test_the_shop_is_as_reviewed(snapshot):
    assert deploy(SHOP, stack="dev", config=PASSWORD) == snapshot
