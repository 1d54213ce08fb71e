"""The kit is `slipway.testing` in a checkout too, and is there once."""

import importlib
import sys
from pathlib import Path

from slipway.testing import deploy  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

import components.testing
import slipway


def test_both_names_are_one_module() -> None:
    assert importlib.import_module("slipway.testing") is components.testing
    assert slipway is sys.modules["components"]
    assert deploy is components.testing.deploy


def test_modules_keep_their_own_specification() -> None:
    importlib.import_module("slipway.testing.changes")
    module = sys.modules["components.testing.changes"]

    assert module.__spec__ is not None
    assert (module.__name__, module.__spec__.name) == 2 * ("components.testing.changes",)
    assert sys.modules["slipway.testing.changes"] is module


def test_no_name_of_the_kit_is_that_of_a_module() -> None:
    """Importing the module under its other name would put it in the place of the function."""
    names = {each.stem for each in Path(components.testing.__path__[0]).glob("*.py")}

    assert not names & set(components.testing.__all__)
