"""The mirror map: where this machine gets images from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import SettingsError
from components.registry.mirror_map import MirrorMap, Mirrors, canonical, map_files

_PART = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
_REFERENCES = st.builds(
    lambda registry, path, tag: "/".join([*registry, *path]) + tag,
    st.sampled_from([[], ["docker.io"], ["localhost:5001"], ["registry.example"]]),
    st.lists(_PART, min_size=1, max_size=3),
    st.sampled_from(["", ":22", "@sha256:1"]),
)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any mirror map."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("SLIPWAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SLIPWAY_MIRRORS", raising=False)
    return tmp_path


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("node", "docker.io/library/node"),
        ("node:22", "docker.io/library/node:22"),
        ("docker.io/node:22", "docker.io/library/node:22"),
        ("kindest/node:v1", "docker.io/kindest/node:v1"),
        ("docker.io/kindest/node:v1", "docker.io/kindest/node:v1"),
        ("quay.io/a/b", "quay.io/a/b"),
        ("localhost/a", "localhost/a"),
        ("localhost:5001/a", "localhost:5001/a"),
    ],
)
def test_a_short_name_means_what_docker_takes_it_for(reference: str, name: str) -> None:
    assert canonical(reference) == name


@given(_REFERENCES)
def test_a_canonical_name_is_its_own(reference: str) -> None:
    assert canonical(canonical(reference)) == canonical(reference)


@given(_REFERENCES)
def test_without_a_map_every_reference_stays_as_it_is(reference: str) -> None:
    assert Mirrors().resolve(reference) == reference


@given(_REFERENCES)
def test_the_mirror_of_a_registry_has_all_its_images_under_their_paths(reference: str) -> None:
    registry, _, path = canonical(reference).partition("/")
    mirrors = Mirrors((MirrorMap(registries={registry: "mirror.example/hub"}),))

    assert mirrors.resolve(reference) == f"mirror.example/hub/{path}"


def test_images_of_other_registries_stay_as_they_are() -> None:
    mirrors = Mirrors((MirrorMap(registries={"docker.io": "mirror.example"}),))

    assert mirrors.resolve("quay.io/a/b:1") == "quay.io/a/b:1"


@pytest.mark.parametrize("written", ["node:22", "library/node:22", "docker.io/library/node:22"])
def test_an_image_is_found_however_map_and_dockerfile_write_it(written: str) -> None:
    mirrors = Mirrors((MirrorMap(images={written: "here/node"}),))

    assert mirrors.resolve("node:22") == mirrors.resolve("docker.io/library/node:22") == "here/node"
    assert mirrors.resolve("node:20") == "node:20"


def test_the_mirror_of_an_image_takes_precedence_over_that_of_its_registry() -> None:
    mirrors = Mirrors(
        (MirrorMap(images={"node:22": "here/node"}, registries={"docker.io": "there"}),)
    )

    assert mirrors.resolve("node:22") == "here/node"
    assert mirrors.resolve("node:20") == "there/library/node:20"


def test_the_first_map_that_has_an_image_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = _write(home / "named.yaml", "images: {'a:1': named}")
    monkeypatch.setenv("SLIPWAY_MIRRORS", str(named))
    _write(home / "config/slipway/mirrors.yaml", "images: {'a:1': user, 'b:1': user}")
    _write(home / "cache/mirrors.yaml", "images: {'a:1': made, 'b:1': made, 'c:1': made}")

    mirrors = Mirrors.load()

    assert [mirrors.resolve(f"{image}:1") for image in "abcd"] == ["named", "user", "made", "d:1"]


def test_maps_of_the_user_are_optional(home: Path) -> None:
    assert Mirrors.load() == Mirrors()
    assert all(home in path.parents for path in map_files())


def test_a_map_that_is_named_and_missing_is_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_MIRRORS", str(home / "gone.yaml"))

    with pytest.raises(SettingsError, match=r"SLIPWAY_MIRRORS: .*gone\.yaml does not exist; .*"):
        Mirrors.load()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", r"\(whole value\): \['a', 'b'\]"),
        ("image: {}\n", "image: unknown key; did you mean images?"),
        ("images:\n  a: 5\n", "images.a: 5 is not accepted: Input should be a valid string"),
        ("registries: [docker.io]\n", "registries: .* valid dictionary"),
        ("images: {\n", "cannot be read: .*line 2"),
    ],
)
def test_a_file_that_is_no_map_is_named_with_what_is_wrong(
    home: Path, text: str, message: str
) -> None:
    path = _write(home / "config/slipway/mirrors.yaml", text)

    with pytest.raises(SettingsError, match=rf"(?s)mirror map {path}.*{message}"):
        Mirrors.load()


def test_an_empty_file_is_an_empty_map(home: Path) -> None:
    _write(home / "config/slipway/mirrors.yaml", "# nothing yet\n")

    assert Mirrors.load().resolve("node:22") == "node:22"


def test_the_frontend_inside_docker_stands_for_every_tag_unless_one_is_mapped() -> None:
    entries = {"docker/dockerfile": "builtin", "docker/dockerfile:1.7": "here/frontend:1.7"}
    mirrors = Mirrors((MirrorMap(images=entries),))

    assert mirrors.frontend("docker/dockerfile:1") is None
    assert mirrors.frontend("docker.io/docker/dockerfile") is None
    assert mirrors.frontend("docker/dockerfile:1.7") == "here/frontend:1.7"
    assert mirrors.frontend("other.example/frontend") == "other.example/frontend"
    assert mirrors.has_no_registry
    assert not Mirrors().has_no_registry
