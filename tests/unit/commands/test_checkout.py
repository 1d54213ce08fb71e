"""Belongs here: how a checkout finds its files, and what it says when one is not there."""

import sys
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.errors import CommandError


def test_a_stack_has_a_file(checkout: Checkout) -> None:
    assert checkout.stack_file("kind") == checkout.root / "stacks" / "Pulumi.kind.yaml"


@pytest.mark.parametrize(
    ("wanted", "proposed"), [("knd", "kind"), ("clod.eu", "cloud.eu"), ("zzz", "cloud.eu")]
)
def test_a_missing_stack_is_reported_with_the_existing_ones_and_the_closest(
    checkout: Checkout, wanted: str, proposed: str
) -> None:
    (checkout.root / "stacks" / "Pulumi.cloud.eu.yaml").touch()
    with pytest.raises(CommandError) as raised:
        checkout.stack_file(wanted)
    assert f"stacks/ has no Pulumi.{wanted}.yaml; existing stacks: cloud.eu, kind" in str(
        raised.value
    )
    assert str(raised.value).endswith(f"\n  next: the same with STACK={proposed}")


def test_without_any_stack_file_the_one_to_write_is_named(checkout: Checkout) -> None:
    (checkout.root / "stacks" / "Pulumi.kind.yaml").unlink()
    with pytest.raises(
        CommandError, match=r"no stack exists\n  next: write stacks/Pulumi.kind.yaml"
    ):
        checkout.stack_file("kind")


def test_the_projects_name_is_what_pulumi_yaml_says(checkout: Checkout) -> None:
    assert checkout.project() == "slipway"
    (checkout.root / "Pulumi.yaml").write_text("name: no\n")
    assert checkout.project() == "no", "a text to Pulumi, and false to YAML 1.1"


@pytest.mark.parametrize("text", ["", "runtime: python\n", "name: [a\n", "- name\n", None])
def test_a_pulumi_yaml_without_a_name_is_reported_by_its_path(
    checkout: Checkout, text: str | None
) -> None:
    file = checkout.root / "Pulumi.yaml"
    file.unlink()
    if text is not None:
        file.write_text(text)
    with pytest.raises(CommandError) as raised:
        checkout.project()
    assert str(raised.value).startswith(f"{file} gives no name of a project: ")
    assert "\n  next: " in str(raised.value)


def test_programs_are_beside_the_python_that_runs(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/some/venv/bin/python3")
    assert checkout.programs == Path("/some/venv/bin")


def test_the_checkout_of_the_package_is_the_one_it_lies_in() -> None:
    assert (Checkout.of_this_package().root / "commands" / "checkout.py").is_file()
