"""The places where a build sees the files of a module, and those that stand in for some of them."""

import json
from pathlib import Path

import pytest

from toolchain.lock import Overlay
from toolchain.tools import overlays

OVERLAY = Overlay("example/provider@v1", "provider", ("cmd/schema.json",))
WHOLE = Overlay("example/provider@v1", "provider", ("cmd/schema.json",), whole=True)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return files(tmp_path / "own", "main.go", "provider/pkg/yaml/refused.go")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return files(
        tmp_path / "module",
        *("go.mod", "cmd/schema.json", "pkg/serve.go", "pkg/serve_test.go"),
        *("pkg/yaml/yaml.go", "pkg/yaml/refused.go"),
    )


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def seen(overlay: Overlay, own: Path, module: Path) -> dict[str, str]:
    """What stands in the folder of the main package, beside its own files."""
    mapping = overlays.mapping(overlay, own, module)
    return {str(Path(place).relative_to(own)): real for place, real in mapping.items()}


def test_the_module_is_seen_in_the_folder_but_for_its_tests(own: Path, module: Path) -> None:
    places = seen(OVERLAY, own, module)
    for name in ("go.mod", "pkg/serve.go"):
        assert places[f"provider/{name}"] == str(module / name)
    assert "provider/pkg/serve_test.go" not in places


def test_a_package_in_the_folder_takes_the_place_of_the_modules(own: Path, module: Path) -> None:
    assert not any(place.startswith("provider/pkg/yaml/") for place in seen(OVERLAY, own, module))


def test_a_whole_build_sees_the_packages_of_the_module_alone(own: Path, module: Path) -> None:
    files(own, "provider/pkg/yaml/more.go")
    places = seen(WHOLE, own, module)
    for name in ("yaml.go", "refused.go"):
        assert places[f"provider/pkg/yaml/{name}"] == str(module / "pkg/yaml" / name)
    assert places["provider/pkg/yaml/more.go"] == "", "which the go command takes for absent"


def test_files_for_the_main_package_are_seen_beside_it(own: Path, module: Path) -> None:
    assert seen(OVERLAY, own, module)["schema.json"] == str(module / "cmd" / "schema.json")


def test_checkouts_that_share_a_cache_have_a_file_each(tmp_path: Path) -> None:
    one, other = ({str(tmp_path / name): "real"} for name in ("one", "other"))
    places = {overlays.write(mapping, tmp_path, "plugin") for mapping in (one, other, one)}
    assert len(places) == 2
    assert one in [json.loads(path.read_text())["Replace"] for path in places]
