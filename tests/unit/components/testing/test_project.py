"""A program in a folder runs with its own modules and the file of its stack."""

from pathlib import Path

import pytest

from components.testing import UnansweredCall, deploy, secret

_PROGRAM = """
import pulumi
import things
pulumi.export("size", pulumi.Config().require_int("size"))
pulumi.export("word", pulumi.Config().get_secret("word"))
pulumi.export("root", pulumi.get_root_directory())
"""
_THINGS = """
import pulumi
pulumi.CustomResource("cloud:index:Thing", "first", {})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose module makes a resource when it is imported."""
    files = {
        "Pulumi.yaml": "name: shop\nruntime: python\nmain: src\nconfig:\n  size: {default: 1}\n",
        "Pulumi.prod.yaml": "config:\n  shop:size: 5\n  shop:word: {secure: v1:abc}\n",
        "src/__main__.py": _PROGRAM,
        "src/things.py": _THINGS,
    }
    (tmp_path / "src").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_is_deployed_with_its_configuration(folder: Path) -> None:
    made = deploy(folder, stack="prod", config={"word": secret("a long word")})

    assert made.outputs == {"size": 5, "word": "a long word", "root": str(folder)}
    assert made["first"].urn == "urn:pulumi:prod::shop::cloud:index:Thing::first"


def test_values_of_the_test_go_over_those_of_the_files(folder: Path) -> None:
    assert deploy(folder, stack="dev", config={"size": 7}).outputs["size"] == 7
    assert deploy(folder, stack="dev").outputs["size"] == 1


def test_an_encrypted_value_has_to_be_given(folder: Path) -> None:
    with pytest.raises(UnansweredCall, match="shop:word"):
        deploy(folder, stack="prod")


def test_every_deployment_runs_the_modules_of_the_program(folder: Path) -> None:
    for _ in range(2):
        assert [each.name for each in deploy(folder, stack="dev").resources] == ["first"]


def test_a_file_is_a_program_too(folder: Path) -> None:
    assert deploy(folder / "src" / "things.py")["first"].type == "cloud:index:Thing"
