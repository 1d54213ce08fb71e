"""How the dynamic providers get into a state and out of it again."""

import base64
import logging
import pickle
import pickletools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from components import Target
from components.local.kind_cluster import KindClusterProvider
from components.local.provider import LocalProvider, without_provider
from components.local.runner import LocalError
from tests.unit.components.plan import REPOSITORY

_PROVIDERS = LocalProvider.__subclasses__()
"""All of them: importing the components has defined them."""


def _pickled(kind: type[LocalProvider]) -> bytes:
    return base64.b64decode(serialize_provider(kind()))


def test_a_target_brings_all_its_providers() -> None:
    assert Target.__module__ == "components.target.base"
    assert KindClusterProvider in _PROVIDERS and len(_PROVIDERS) >= 4


@pytest.mark.parametrize("kind", _PROVIDERS)
def test_a_provider_in_the_state_is_small_and_the_same_at_every_run(
    kind: type[LocalProvider],
) -> None:
    assert len(_pickled(kind)) < 1000
    assert _pickled(kind) == _pickled(kind)


@pytest.mark.parametrize("kind", _PROVIDERS)
def test_a_provider_in_the_state_knows_nothing_of_this_checkout_or_its_code(
    kind: type[LocalProvider],
) -> None:
    texts = [value for _, value, _ in pickletools.genops(_pickled(kind)) if isinstance(value, str)]

    assert not any(str(REPOSITORY) in text for text in texts)
    assert not any(text.startswith(("components", "slipway")) for text in texts), (
        "a class by its import path could not be found from the other layout"
    )


@pytest.mark.parametrize("kind", _PROVIDERS)
def test_a_provider_comes_back_from_the_state_as_what_it_was(kind: type[LocalProvider]) -> None:
    assert type(pickle.loads(_pickled(kind))) is kind


def test_a_state_made_in_a_checkout_can_be_used_with_the_installed_package(tmp_path: Path) -> None:
    shutil.copytree(
        REPOSITORY / "components", tmp_path / "slipway", ignore=shutil.ignore_patterns("*.pyc")
    )
    program = (
        "import pickle, sys\n"
        "provider = pickle.loads(sys.stdin.buffer.read())\n"
        "print(type(provider).__module__, type(provider).__name__)\n"
    )

    found = subprocess.run(
        [sys.executable, "-c", program],
        input=_pickled(KindClusterProvider),
        capture_output=True,
        cwd=tmp_path,
        check=True,
    )

    assert found.stdout.split() == [b"slipway.local.kind_cluster", b"KindClusterProvider"]


def test_the_package_under_both_names_at_once_is_refused(tmp_path: Path) -> None:
    for name in ("components", "slipway"):
        (tmp_path / name).symlink_to(REPOSITORY / "components")
    program = (
        "import sys\n"
        "for first, second in [('components', 'slipway'), ('slipway', 'components')]:\n"
        "    for name in [n for n in sys.modules if n.startswith(('components', 'slipway'))]:\n"
        "        del sys.modules[name]\n"
        "    __import__(first)\n"
        "    try:\n"
        "        __import__(second)\n"
        "    except ImportError as error:\n"
        "        print(error)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-B", "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )

    told = "`{}` is the same package as `{}`, which is already imported; use one name"
    assert ran.stdout.splitlines() == [
        told.format("slipway", "components"),
        told.format("components", "slipway"),
    ]


def test_what_the_sdk_keeps_among_the_properties_is_left_out() -> None:
    assert without_provider({"a": 1, "__provider": "x", "__defaults": []}) == {"a": 1}


@pytest.mark.parametrize(("error", "shown"), [(LocalError, False), (KeyError, True)])
def test_only_errors_that_are_no_message_yet_keep_their_traceback(
    error: type[Exception], shown: bool
) -> None:
    told = (error, error("why"), None)
    record = logging.LogRecord("grpc._server", logging.ERROR, "", 1, "failed", (), told)

    assert bool(logging.getLogger("grpc._server").filter(record)) is shown
