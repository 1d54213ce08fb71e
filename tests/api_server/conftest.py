"""The programs of the control plane, which set-up keeps, and the fixtures of the kit's plugin."""

import os

import pytest

from components.testing.plugin import api_server, slipway_api_server
from tests.live.project import CHECKOUT
from toolchain.places import Checkout
from toolchain.setup.assets import provide_assets

__all__ = ["api_server", "slipway_api_server"]


@pytest.fixture(scope="session", autouse=True)
def assets() -> None:
    """The folder of the programs, unless the caller names another one."""
    os.environ.setdefault("KUBEBUILDER_ASSETS", str(provide_assets(Checkout(CHECKOUT))))
