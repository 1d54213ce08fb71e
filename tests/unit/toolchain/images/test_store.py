"""Images of one engine: when they are made, loaded from the cache, or left alone.

Belongs here: the calls to the Docker client, which is a script that keeps its images in a file.
"""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.cache import Cache
from toolchain.errors import ToolchainError
from toolchain.images.recipe import Recipe, Workshop
from toolchain.images.store import ImageStore, image_key, write_mirrors
from toolchain.runner import Runner

REFERENCE = "docker.io/slipway/debian-nodejs:bookworm"
TAG = "slipway/debian-nodejs:bookworm"
# An archive here is the key of its image; `load` makes that the engine's.
DOCKER = """
echo "$*" >> {folder}/calls
case "$1" in
version) echo arm64 ;;
load) cp "$4" {folder}/image ;;
image)
    [ "$2" = inspect ] || exit 0
    [ -f {folder}/image ] || exit 1
    key=$(cat {folder}/image)
    echo '{{"tags": ["{tag}"], "labels": {{"slipway.toolchain.key": "'$key'"}}, "id": "id-'$key'"}}'
    ;;
esac
"""


class Engine:
    """The fake engine with a store on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0
        docker = samples.program(folder, "docker", DOCKER.format(folder=folder, tag=TAG))
        runner = Runner()
        self.store = ImageStore(runner, Cache(folder / "cache", runner), str(docker))
        self.recipe = Recipe(REFERENCE, (), (), self.make)

    def make(self, shop: Workshop, archive: Path) -> None:
        assert list(shop.scratch.iterdir()) == []
        self.made += 1
        (shop.scratch / "base.tar").touch()
        archive.write_text(shop.label[1])

    def ensure(self, key: str) -> None:
        self.store.ensure(self.recipe, key, {}, "amd64", print)

    def calls(self, word: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(word)]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def test_a_missing_image_is_made_and_loaded(engine: Engine) -> None:
    engine.ensure("key1")
    assert engine.store.keys([TAG]) == {TAG: ("key1", "id-key1")}
    assert engine.made == 1
    assert sorted(path.name for path in (engine.folder / "cache/images").iterdir()) == ["key1.tar"]


def test_an_image_that_is_there_is_left_alone(engine: Engine) -> None:
    engine.ensure("key1")
    engine.ensure("key1")
    assert engine.made == 1
    assert len(engine.calls("load")) == 1


def test_an_image_that_docker_lost_is_loaded_from_the_cache(engine: Engine) -> None:
    engine.ensure("key1")
    (engine.folder / "image").unlink()
    engine.ensure("key1")
    assert engine.made == 1
    assert len(engine.calls("load")) == 2


def test_a_changed_recipe_replaces_the_image_and_removes_the_old_one(engine: Engine) -> None:
    engine.ensure("key1")
    engine.ensure("key2")
    assert engine.store.keys([TAG]) == {TAG: ("key2", "id-key2")}
    assert engine.calls("image rm") == ["image rm id-key1"]


def test_an_archive_that_holds_something_else_is_said_with_its_place(engine: Engine) -> None:
    archive = engine.folder / "cache" / "images" / "key1.tar"
    archive.parent.mkdir(parents=True)
    archive.write_text("other")
    with pytest.raises(ToolchainError, match=f"rm {archive}; make setup"):
        engine.ensure("key1")


def test_remains_of_a_killed_run_are_not_mixed_in(engine: Engine) -> None:
    left = engine.folder / "cache" / "images" / ".scratch-key1"
    left.mkdir(parents=True)
    (left / "base.tar").touch()
    engine.ensure("key1")
    assert engine.made == 1


def test_an_image_of_an_earlier_set_up_is_known_whatever_it_was_made_from(engine: Engine) -> None:
    assert not engine.store.has(engine.recipe)
    engine.ensure("key1")
    assert engine.store.has(engine.recipe)


def test_docker_reports_its_processor(engine: Engine) -> None:
    assert engine.store.architecture() == "arm64"


def test_the_key_changes_with_sources_programs_and_processor(tmp_path: Path) -> None:
    source = tmp_path / "node.py"
    source.write_text("one")
    recipe = Recipe(REFERENCE, ("etcd",), (source,), lambda _shop, _place: None)
    first = image_key(recipe, {"etcd": "1"}, "amd64")
    assert image_key(recipe, {"etcd": "1", "kind": "2"}, "amd64") == first
    others = {image_key(recipe, {"etcd": "2"}, "amd64"), image_key(recipe, {"etcd": "1"}, "arm64")}
    source.write_text("two")
    others.add(image_key(recipe, {"etcd": "1"}, "amd64"))
    assert len(others) == 3
    assert first not in others


def test_the_mirror_map_comes_and_goes_with_the_registry(tmp_path: Path) -> None:
    text = "# Written by `make setup`: images.\nimages:\n"
    written = write_mirrors(tmp_path, text)
    assert written is not None
    assert f"{tmp_path / 'mirrors.yaml'} is written: every checkout on this machine" in written
    assert (tmp_path / "mirrors.yaml").read_text() == text
    assert write_mirrors(tmp_path, text) is None, "nothing changed"
    removed = write_mirrors(tmp_path, None)
    assert removed is not None
    assert "is removed" in removed
    assert not (tmp_path / "mirrors.yaml").exists()
    assert write_mirrors(tmp_path, None) is None


def test_a_mirror_map_of_the_user_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mirrors.yaml").write_text("registries:\n  docker.io: mirror.example\n")
    for text in ("# Written by `make setup`\n", None):
        write_mirrors(tmp_path, text)
        assert "mirror.example" in (tmp_path / "mirrors.yaml").read_text()
