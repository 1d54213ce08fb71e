"""The Go modules that tools are built from: what they have in common, and what they replace."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.lock import read_lock

LOCK = read_lock(Path(__file__).parents[3] / "toolchain", samples.LINUX)
# One set-up builds these, each from most of the packages of the one before.
TOGETHER = ("kubernetes", "kubernetes-plugin", "coredns", "local-path-provisioner")


def required(module: str) -> dict[str, str]:
    """The versions in a go.mod, as its replacements have them."""
    text = (LOCK.folder / "go" / module / "go.mod").read_text()
    versions = dict(re.findall(r"^(?:require)?\s*([\w.]+\.[\w./-]+) (v\S+)", text, re.MULTILINE))
    return versions | dict(re.findall(r"^\s*(\S+) => \S+ (v\S+)$", text, re.MULTILINE))


def test_modules_that_are_built_together_have_one_version() -> None:
    versions: dict[str, dict[str, str]] = defaultdict(dict)
    for tool in TOGETHER:
        for module, version in required(tool).items():
            versions[module][tool] = version
    shared = {module: tools for module, tools in versions.items() if len(tools) > 1}
    assert "k8s.io/client-go" in shared
    assert {m: tools for m, tools in shared.items() if len(set(tools.values())) > 1} == {}


@pytest.mark.parametrize("name", [n for n, t in LOCK.tools.items() if t.build and t.build.overlay])
def test_a_module_whose_files_a_build_sees_is_the_one_that_go_mod_replaces(name: str) -> None:
    build = LOCK.tools[name].required_build
    assert build.overlay
    module, _, version = build.overlay.module.partition("@")
    folder = LOCK.folder / "go" / build.module
    text = (folder / "go.mod").read_text()
    assert f"{module} {version}\n" in text
    assert f"replace {module} => ./{build.overlay.folder}\n" in text
    assert f"{module} {version} h1:" in (folder / "go.sum").read_text(), "which a download needs"
