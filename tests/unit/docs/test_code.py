"""The settings and programs that the documents show are accepted."""

import re
from typing import Any, cast

import pulumi
import pytest
import yaml

from components.app.locked import LockedApp
from components.settings.stack_file import SECRETS
from stacks import reference
from stacks.settings import Settings
from tests.unit.docs.pages import ROOT, Block, Page, blocks, pages

_PREFIX = "slipway:"


def _settings(block: Block) -> dict[str, Any]:
    """What a block of YAML sets, without the prefix; empty for other documents."""
    document = cast("dict[str, Any]", yaml.safe_load(block.text))
    config: dict[str, Any] = document.get("config", document)
    return {k.removeprefix(_PREFIX): v for k, v in config.items() if k.startswith(_PREFIX)}


_SETTINGS = [block for block in blocks("yaml") if _settings(block)]


@pytest.mark.parametrize("block", _SETTINGS, ids=lambda block: block.file)
def test_the_settings_of_a_code_block_validate(block: Block) -> None:
    cloud = {"product": "cloud", "context": "any", "registry": {"repository": "registry.example"}}
    settings = {"target": cloud, **_settings(block)}

    Settings.parse(settings, block.file)


def test_most_blocks_of_yaml_are_settings() -> None:
    others = {block.file for block in blocks("yaml") if not _settings(block)}

    objects = "docs/gitops.md"
    assert others == {objects, "docs/images.md", "docs/render.md"}, "a mirror map, and a lock file"
    assert len(_SETTINGS) > 6


def test_the_lock_file_that_is_shown_is_one() -> None:
    (block,) = [block for block in blocks("yaml") if block.text.startswith("applications:")]
    ((name, content),) = yaml.safe_load(block.text.replace("…", ""))["applications"].items()

    assert sorted(LockedApp.parse(content, name).images) == ["application", "proxy"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_every_setting_that_is_named_by_its_path_exists(page: Page) -> None:
    prose = page.prose
    if page.path == "CHANGELOG.md":  # which names those before, too
        prose = re.sub(r"^  \| .*? \| ", "", prose, flags=re.MULTILINE)
    named = set(re.findall(rf"{_PREFIX}(?!index:)[a-zA-Z]+(?:\.[a-zA-Z]+)*", prose))

    assert sorted(filter(_is_unknown, named)) == [], f"{page.path} names settings that do not exist"


def _is_unknown(path: str) -> bool:
    """Whether no setting has the path; what mappings hold may be named in capitals."""
    steps = re.sub(r"\.[A-Z]+$", "", path).split(".")
    known = [row.path.replace("[]", "").split(".") for row in reference.rows()]
    return path.removeprefix(_PREFIX) not in SECRETS and not any(
        len(steps) <= len(one) and all(b in (a, "NAME") for a, b in zip(steps, one, strict=False))
        for one in known
    )


@pytest.mark.parametrize("path", ["slipway:app.nodes", "slipway:ap", "slipway:target.uid.more"])
def test_a_setting_that_does_not_exist_is_noticed(path: str) -> None:
    assert _is_unknown(path)


def test_the_program_of_the_readme_is_the_first_example_which_lint_checks() -> None:
    (program,) = [one.text for one in Page("README.md").blocks if one.language == "python"]
    example = (ROOT / "examples" / "01-own-program" / "__main__.py").read_text()

    assert program == example.partition('"""\n\n')[2]
    assert len([line for line in program.splitlines() if line]) == 6


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.file)
def test_every_program_compiles_and_its_imports_work(block: Block) -> None:
    compile(block.text, block.file, "exec")
    imports = re.findall(r"^(?:import|from) .*$", block.text, re.MULTILINE)

    names: dict[str, Any] = {}
    exec("\n".join(imports), names)
    assert names.get("pulumi") is pulumi or "from slipway.testing import" in block.text
