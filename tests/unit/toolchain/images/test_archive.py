"""Image archives as `docker load` and containerd read them.

Belongs here: what is in an archive and in its layers, byte for byte where the format says so.
"""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from toolchain.images.archive import Entry, Image, write_archive, write_layer


def layer(folder: Path, name: str, *entries: Entry) -> Path:
    path = folder / name
    write_layer(path, entries)
    return path


def members(archive: Path) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            contents[member.name] = file.read()
    return contents


def document(content: bytes) -> Any:
    return json.loads(content)


def test_manifest_names_the_configuration_and_the_layers_lowest_first(tmp_path: Path) -> None:
    low = layer(tmp_path, "low", Entry("a", b"1"))
    high = layer(tmp_path, "high", Entry("a", b"2"))
    archive = tmp_path / "image.tar"
    write_archive(archive, [Image("docker.io/x/y:1", (low, high))], "amd64")

    files = members(archive)
    (image,) = document(files["manifest.json"])
    assert image["RepoTags"] == ["docker.io/x/y:1"]
    assert [files[name] for name in image["Layers"]] == [low.read_bytes(), high.read_bytes()]
    assert image["Config"] in files


def test_configuration_lists_the_digests_of_the_uncompressed_layers(tmp_path: Path) -> None:
    low = layer(tmp_path, "low", Entry("a", b"1"))
    archive = tmp_path / "image.tar"
    settings = {"Entrypoint": ["/a"], "Labels": {"k": "v"}}
    write_archive(archive, [Image("x:1", (low,), settings)], "arm64")

    files = members(archive)
    config = document(files[document(files["manifest.json"])[0]["Config"]])
    digest = hashlib.sha256(low.read_bytes()).hexdigest()
    assert config["rootfs"] == {"type": "layers", "diff_ids": [f"sha256:{digest}"]}
    assert (config["os"], config["architecture"]) == ("linux", "arm64")
    assert config["config"] == settings


def test_configuration_is_named_by_its_digest(tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    write_archive(archive, [Image("x:1", (layer(tmp_path, "l"),))], "amd64")

    files = members(archive)
    name = document(files["manifest.json"])[0]["Config"]
    assert name == hashlib.sha256(files[name]).hexdigest() + ".json"


def test_a_layer_that_two_images_share_is_written_once(tmp_path: Path) -> None:
    shared = layer(tmp_path, "shared", Entry("a", b"1"))
    archive = tmp_path / "images.tar"
    write_archive(archive, [Image("x:1", (shared,)), Image("y:1", (shared,))], "amd64")

    with tarfile.open(archive) as tar:
        layers = [name for name in tar.getnames() if name.endswith(".tar")]
    assert len(layers) == 1
    first, second = document(members(archive)["manifest.json"])
    assert first["Layers"] == second["Layers"] == layers


def test_the_same_entries_give_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"text")
    first = layer(tmp_path, "first", Entry("a", source))
    source.touch()
    assert layer(tmp_path, "second", Entry("a", source)).read_bytes() == first.read_bytes()


@pytest.mark.parametrize(
    ("entry", "type_", "mode"),
    [
        (Entry("x", b"content", mode=0o755), tarfile.REGTYPE, 0o755),
        (Entry("x", b""), tarfile.REGTYPE, 0o644),
        (Entry("x", link="/target"), tarfile.SYMTYPE, 0o777),
        (Entry("x"), tarfile.DIRTYPE, 0o755),
    ],
)
def test_an_entry_is_a_file_a_link_or_a_folder(
    tmp_path: Path, entry: Entry, type_: bytes, mode: int
) -> None:
    with tarfile.open(layer(tmp_path, "layer", entry)) as tar:
        (info,) = tar.getmembers()
    assert (info.type, info.mode, info.uid, info.gid) == (type_, mode, 0, 0)
    assert info.linkname == (entry.link or "")


def test_an_entry_belongs_to_the_owner_that_it_names(tmp_path: Path) -> None:
    with tarfile.open(layer(tmp_path, "layer", Entry("home/node", owner=1000))) as tar:
        (info,) = tar.getmembers()
    assert (info.uid, info.gid) == (1000, 1000)


def test_layers_are_plain_tar_files(tmp_path: Path) -> None:
    content = layer(tmp_path, "layer", Entry("a", b"1")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
        assert tar.getnames() == ["a"]
