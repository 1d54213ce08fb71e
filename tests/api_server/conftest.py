"""The programs of the control plane, which set-up keeps, and the plugin of the kit."""

import os

import pytest

from tests.live.project import CHECKOUT
from toolchain.places import Checkout
from toolchain.setup.assets import provide_assets

pytest_plugins = ("slipway.testing.plugin",)


@pytest.fixture(scope="session", autouse=True)
def assets() -> None:
    """The folder of the programs, unless the caller names another one."""
    os.environ.setdefault("KUBEBUILDER_ASSETS", str(provide_assets(Checkout(CHECKOUT))))
