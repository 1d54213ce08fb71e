"""containerd's hosts.toml files: what is in them, and the removal of other mirrors."""

import subprocess
import tomllib
from pathlib import Path

from components.registry.containerd_hosts import FOLDER, mirror_files, registry_files, removal

_MIRRORS = {"docker.io": ["http://one:5000", "https://two/v2/hub"], "r.example:5000": ["http://x"]}


def _write(root: Path, mirrors: dict[str, list[str]]) -> None:
    for path, text in mirror_files(mirrors).items():
        file = root / Path(path).relative_to("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _remove(root: Path, mirrors: dict[str, list[str]]) -> set[str]:
    """Run the script, with the folder below `root`; the hosts that remain."""
    script = removal(mirrors).replace(FOLDER, f"{root}{FOLDER}")
    subprocess.run(["sh", "-c", script], check=True)
    return {folder.name for folder in (root / Path(FOLDER).relative_to("/")).glob("*")}


def test_nodes_pull_from_the_container_of_the_registry_and_from_nowhere_else() -> None:
    ((path, text),) = registry_files("localhost:5001", "shop-registry").items()

    assert path == f"{FOLDER}/localhost:5001/hosts.toml"
    assert tomllib.loads(text) == {
        "server": "http://shop-registry:5000",
        "host": {"http://shop-registry:5000": {"capabilities": ["pull", "resolve"]}},
    }


def test_mirrors_come_in_their_order_before_the_registry_itself() -> None:
    text = mirror_files(_MIRRORS)[f"{FOLDER}/docker.io/hosts.toml"]

    hosts = tomllib.loads(text)
    assert list(hosts) == ["host"], "a line `server` would replace the registry itself"
    pulls = {"capabilities": ["pull", "resolve"]}
    assert list(hosts["host"].items()) == [
        ("http://one:5000", pulls),
        ("https://two/v2/hub", {**pulls, "override_path": True}),
    ]


def test_other_mirrors_are_removed_and_files_of_other_owners_stay(tmp_path: Path) -> None:
    _write(tmp_path, _MIRRORS)
    own = tmp_path / Path(FOLDER).relative_to("/") / "localhost:5001"
    own.mkdir()
    (own / "hosts.toml").write_text('server = "http://shop-registry:5000"\n')

    assert _remove(tmp_path, _MIRRORS) == {"docker.io", "r.example:5000", "localhost:5001"}
    assert _remove(tmp_path, {"docker.io": ["http://one"]}) == {"docker.io", "localhost:5001"}
    assert _remove(tmp_path, {}) == {"localhost:5001"}


def test_a_node_without_the_folder_has_nothing_to_remove(tmp_path: Path) -> None:
    assert _remove(tmp_path, {}) == set()
