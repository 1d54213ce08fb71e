"""The recipes as data: their tags, what describes them, and the mirror map.

Belongs here: what holds without an engine, a mirror or a build.
"""

import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolchain.images import RECIPES, mirrors
from toolchain.images.archive import Entry, write_layer
from toolchain.images.debian import bootstrap
from toolchain.images.node import KUBERNETES, control_plane_images
from toolchain.images.node import RECIPE as NODE
from toolchain.images.recipe import Recipe, Workshop
from toolchain.runner import Output, Runner

REFERENCES = [recipe.reference for recipe in RECIPES]
UNPACKED = [recipe for recipe in RECIPES if not recipe.programs]


class Mmdebstrap(Runner):
    """Records the commands and answers mmdebstrap with a root that holds one file."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[list[str]] = []

    def run(self, arguments: Sequence[str | Path], **options: Any) -> Output:
        words = [str(word) for word in arguments]
        self.commands.append(words)
        target = next(Path(word) for word in words if word.endswith(".tar"))
        write_layer(target, [Entry("etc/os-release", b"Debian")])
        return Output(0, "")


def workshop(runner: Runner, scratch: Path, programs: Mapping[str, Path] | None = None) -> Workshop:
    label = ("slipway.toolchain.key", "k1")
    return Workshop(runner, scratch, programs or {}, "amd64", "docker", label)


def read(tar: tarfile.TarFile, name: str) -> Any:
    file = tar.extractfile(name)
    assert file is not None
    return json.load(file)


def test_every_image_has_its_own_full_reference() -> None:
    assert len(set(REFERENCES)) == len(RECIPES) == 5
    assert all(reference.startswith("docker.io/") for reference in REFERENCES)


def test_the_node_image_comes_first() -> None:
    assert REFERENCES[0] == f"docker.io/slipway/kind-node:{KUBERNETES}"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.reference)
def test_a_recipe_is_described_by_files_that_exist(recipe: Recipe) -> None:
    assert all(path.is_file() for path in recipe.sources)
    assert {"archive.py", "debian.py"} <= {path.name for path in recipe.sources}


def test_the_mirror_map_is_yaml_that_maps_published_images_to_made_ones() -> None:
    frontend = {"docker.io/docker/dockerfile": "builtin"}
    assert yaml.safe_load(mirrors.text()) == {"images": mirrors.MIRRORS | frontend}
    made = {reference.removeprefix("docker.io/") for reference in REFERENCES}
    assert set(mirrors.MIRRORS.values()) <= made


@pytest.mark.parametrize("recipe", UNPACKED, ids=lambda recipe: recipe.reference)
def test_a_finished_image_carries_its_tag_and_the_label_of_set_up(
    recipe: Recipe, tmp_path: Path
) -> None:
    archive = tmp_path / "image"
    recipe.make(workshop(Mmdebstrap(), tmp_path), archive)

    with tarfile.open(archive) as tar:
        (image,) = read(tar, "manifest.json")
        config = read(tar, image["Config"])
    assert image["RepoTags"] == [recipe.reference]
    assert config["config"]["Labels"] == {"slipway.toolchain.key": "k1"}


def test_the_control_plane_images_are_those_that_kubeadm_names(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"ELF")
    shop = workshop(Mmdebstrap(), tmp_path, dict.fromkeys(NODE.programs, program))

    images = {image.reference: image for image in control_plane_images(shop)}

    # `kubeadm config images list --kubernetes-version v1.35.4`
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
        assert f"registry.k8s.io/{name}:v1.35.4" in images
    for reference in ("etcd:3.6.6-0", "coredns/coredns:v1.13.1", "pause:3.10.1"):
        assert f"registry.k8s.io/{reference}" in images
    assert images["registry.k8s.io/coredns/coredns:v1.13.1"].settings["Entrypoint"] == ["/coredns"]


def test_an_unpacked_root_runs_its_hooks_where_mmdebstrap_runs_them(tmp_path: Path) -> None:
    runner = Mmdebstrap()
    bootstrap(runner, tmp_path / "root.tar", ("a", "b"), variant="extract", hooks=("touch $1/x",))

    (words,) = runner.commands
    assert "--include=a,b" in words
    assert "--extract-hook=touch $1/x" in words  # a customize hook is skipped by this variant


def test_only_the_named_files_and_the_licences_of_a_root_stay(tmp_path: Path) -> None:
    runner = Mmdebstrap()
    bootstrap(runner, tmp_path / "root.tar", ("a",), variant="extract", only=("/usr/bin/a",))

    (words,) = runner.commands
    options = [word for word in words if word.startswith("--dpkgopt")]
    assert options == [
        "--dpkgopt=path-exclude=/*",
        "--dpkgopt=path-include=/usr/bin/a",
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    ]


def test_a_named_mirror_is_the_one_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_DEBIAN_MIRROR", "http://mirror.example/debian")
    runner = Mmdebstrap()
    bootstrap(runner, tmp_path / "root.tar", ("a",))
    assert runner.commands[0][-1] == "http://mirror.example/debian"
