"""Building from Go modules, with a `go` that writes down how it was called."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.cache import Cache
from toolchain.errors import ToolchainError
from toolchain.lock import Tool
from toolchain.runner import Runner
from toolchain.tools.gobuild import GoBuilder

# Writes each call with the settings that matter, and the file that -o names.
GO = """
echo "$PWD|$GOFLAGS|$GOTOOLCHAIN|$CGO_ENABLED|$GOMODCACHE|$*" >> {log}
case "$1 $2" in
"mod download") echo "go: downloading example"; echo '{{"Dir": "{module}"}}' ;;
esac
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && echo built > "$2"
    shift
done
exit 0
"""


class Workshop:
    """A builder with the fake Go, and what that was asked."""

    def __init__(self, folder: Path, tool: Tool) -> None:
        self.log = folder / "log"
        self.module = folder / "module"
        body = GO.format(log=self.log, module=self.module)
        go = samples.program(folder / "bin", "go", body)
        self.lock = samples.lock(folder, tool)
        self.builder = GoBuilder(Runner(), self.lock, folder / "cache", lambda: go)

    def calls(self) -> list[list[str]]:
        return [line.split("|") for line in self.log.read_text().splitlines()]


def test_a_build_uses_exactly_the_modules_that_are_pinned(tmp_path: Path) -> None:
    tool = samples.built()
    shop = Workshop(tmp_path, tool)
    shop.builder.fetch(tool)
    shop.builder.compile(tool, tmp_path / "out")
    for folder, flags, toolchain, cgo, modules, _ in shop.calls():
        assert folder == str(tmp_path / "go" / "kind")
        assert (flags, toolchain, cgo) == ("-mod=readonly", "local", "0")
        assert modules == str(tmp_path / "cache" / "go" / "mod"), "kept for the next run"
    assert (tmp_path / "out" / "kind").read_text() == "built\n"


def test_a_tool_is_built_with_its_own_flags(tmp_path: Path) -> None:
    tool = samples.built()
    assert tool.build
    build = replace(tool.build, tags=("a", "b"), ldflags=("-X v=1",), gcflags=("sdk/...=-N -l",))
    tool = replace(tool, build=build)
    shop = Workshop(tmp_path, tool)
    shop.builder.compile(tool, tmp_path / "out")
    command = shop.calls()[-1][-1]
    for flag in ("-trimpath", "-tags=a,b", "-ldflags=-s -w -X v=1", "-gcflags=sdk/...=-N -l"):
        assert flag in command


def test_a_build_sees_the_files_of_a_module_that_was_checked(tmp_path: Path) -> None:
    tool = samples.overlaid()
    shop = Workshop(tmp_path, tool)
    (shop.module / "cmd").mkdir(parents=True)
    (shop.module / "cmd" / "schema.json").touch()
    shop.builder.fetch(tool)
    assert shop.calls()[0][-1] == "mod download -json example/provider@v1", "checked by go.sum"
    (path,) = (tmp_path / "cache" / "go").glob("overlay-kind-*.json")
    seen = json.loads(path.read_text())["Replace"]
    place = str(tmp_path / "go" / "kind" / "schema.json")
    assert seen[place] == str(shop.module / "cmd" / "schema.json")
    assert f"-overlay={path}" in shop.calls()[-1][-1]


def test_a_build_that_fails_shows_what_go_said(tmp_path: Path) -> None:
    tool = samples.built()
    lock = samples.lock(tmp_path, tool)
    said = "echo 'verifying module: checksum mismatch'; exit 1"
    go = samples.program(tmp_path / "bin", "go", said)
    cache = Cache(tmp_path / "cache", Runner())
    builder = GoBuilder(Runner(), lock, cache.folder, lambda: go)
    with pytest.raises(ToolchainError) as caught:
        cache.entry("tools/kind", lambda place: builder.compile(tool, place), print)
    assert "while building kind 0.31.0" in str(caught.value)
    assert "verifying module: checksum mismatch" in str(caught.value)
    assert list((cache.folder / "tools").iterdir()) == []
