"""What a set-up leaves in the checkout, and how the `pulumi` there behaves.

Belongs here: files, links, permissions and the environment that the wrapper sets; tools are
small scripts.
"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.errors import ToolchainError
from toolchain.lock import Lock, Range, Tool
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.setup.home import link_plugins
from toolchain.setup.install import Installed, install
from toolchain.setup.launchers import write_docker_stand_in
from toolchain.setup.state import make_state
from toolchain.tools.found import LANGUAGE_HOST, Found

SHOWN = (
    "PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_SKIP_UPDATE_CHECK", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "PATH",
    "DOCKER_HOST",
)  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = samples.checkout(tmp_path / "check out")
    checkout.python.unlink()
    checkout.python.symlink_to(sys.executable)
    return checkout


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    one = Range("1", "9")
    return samples.lock(
        tmp_path,
        *(Tool(name, "1.0.0", "command", one) for name in ("pulumi", "kind", "kubectl")),
        Tool("pulumi-resource-kubernetes", "4.25.0", "plugin", one, plugin="kubernetes"),
        Tool("pulumi-resource-docker", "5.1.0", "plugin", one, plugin="docker"),
    )


def tools(tmp_path: Path, *more: str) -> dict[str, Found]:
    """The tools of a machine that builds them; ``pulumi`` prints what it was given."""
    body = "\n".join(f'echo "{name}=${name}"' for name in SHOWN) + '\necho "arguments=$*"'
    names = ("kind", "kubectl", "pulumi-resource-kubernetes", *more)
    made = {name: samples.program(tmp_path / "tools", name, "") for name in names}
    made["pulumi"] = samples.program(tmp_path / "tools", "pulumi", body)
    return {
        name: Found(name, "1.0.0", place, "built from Go modules") for name, place in made.items()
    }


def set_up(checkout: Checkout, lock: Lock, found: dict[str, Found]) -> Installed:
    return install(checkout, lock, found, "/nowhere", Runner())


def pulumi(checkout: Checkout, *arguments: str, **variables: str) -> dict[str, str]:
    """Run the checkout's pulumi with these variables and return what it saw."""
    result = subprocess.run(
        [checkout.venv / "bin" / "pulumi", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath, **variables},
    )
    return dict(line.split("=", 1) for line in result.stdout.splitlines())


def test_pulumi_uses_plugins_and_state_of_the_checkout(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    seen = pulumi(checkout, "up", "--yes")
    assert seen["arguments"] == "up --yes"
    assert seen["PULUMI_HOME"] == f"{checkout.root}/.slipway/pulumi"
    assert seen["PULUMI_BACKEND_URL"] == f"file://{checkout.root}/.slipway/state"
    assert seen["PULUMI_CONFIG_PASSPHRASE_FILE"] == f"{checkout.root}/.slipway/passphrase"
    assert seen["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert seen["PATH"].split(":")[0] == f"{checkout.root}/.venv/bin"


def test_the_docker_plugin_gets_the_address_of_dockers_current_context(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    samples.program(tmp_path / "docker", "docker", "echo 'unix:///home/u/colima.sock|0|'")
    path = f"{tmp_path / 'docker'}:{os.defpath}"
    assert pulumi(checkout, PATH=path)["DOCKER_HOST"] == "unix:///home/u/colima.sock"


def test_what_the_user_set_counts(checkout: Checkout, lock: Lock, tmp_path: Path) -> None:
    set_up(checkout, lock, tools(tmp_path))
    theirs = {
        "PULUMI_BACKEND_URL": "s3://team",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_HOME": "/p",
    }
    seen = pulumi(checkout, **theirs)
    assert seen["PULUMI_BACKEND_URL"] == "s3://team"
    assert seen["PULUMI_HOME"] == "/p"
    assert seen["PULUMI_CONFIG_PASSPHRASE_FILE"] == "", "an empty passphrase is one, too"


@pytest.mark.parametrize("words", [("login", "s3://team"), ("--color=never", "logout")])
def test_a_login_to_the_checkout_is_left_to_pulumi(
    checkout: Checkout, lock: Lock, tmp_path: Path, words: tuple[str, ...]
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    assert pulumi(checkout, *words)["PULUMI_BACKEND_URL"] == ""


def test_a_stack_is_where_the_checkout_is_logged_in(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    (checkout.home / "credentials.json").write_text('{"current": "s3://team"}')
    assert pulumi(checkout, "up")["PULUMI_BACKEND_URL"] == ""
    (checkout.home / "credentials.json").unlink()
    assert pulumi(checkout, "up")["PULUMI_BACKEND_URL"].startswith("file://")


def test_with_stand_ins_no_plugin_is_downloaded_and_the_host_is_in_the_plugin_folder(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    result = set_up(checkout, lock, tools(tmp_path))
    seen = pulumi(checkout)
    assert seen["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert str(checkout.launchers) not in seen["PATH"], "Pulumi warns of a host on PATH"
    host = checkout.home / "plugins" / "language-python-v1.0.0" / LANGUAGE_HOST
    assert host.resolve() == checkout.launchers / LANGUAGE_HOST
    assert result.tools[LANGUAGE_HOST].origin.startswith("stand-in")
    assert result.tools["pulumi-resource-docker"].origin.startswith("stand-in")


def test_a_pulumi_home_without_the_stand_in_finds_it_on_path(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    seen = pulumi(checkout, PULUMI_HOME=str(tmp_path / "home"))
    assert str(checkout.launchers) in seen["PATH"].split(":")


def test_with_the_plugins_of_the_vendor_no_stand_in_remains(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    vendors = tools(tmp_path, "pulumi-resource-docker", LANGUAGE_HOST)
    del vendors[LANGUAGE_HOST]  # it is no tool of the lock: it lies beside pulumi
    result = set_up(checkout, lock, vendors)
    folders = {path.name for path in (checkout.home / "plugins").iterdir()}
    assert folders == {"resource-docker-v5.1.0", "resource-kubernetes-v4.25.0"}
    host = checkout.launchers / LANGUAGE_HOST
    assert host.readlink() == vendors["pulumi"].path.parent / LANGUAGE_HOST
    seen = pulumi(checkout)
    assert seen["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == ""
    assert str(checkout.launchers) in seen["PATH"].split(":"), "before an older Pulumi's host"
    assert not any("stand-in" in found.origin for found in result.tools.values())


@pytest.mark.parametrize("name", ["pulumi-language-python", "pulumi-resource-pulumi-python"])
def test_a_host_of_another_pulumi_on_path_comes_after_the_chosen_one(
    checkout: Checkout, lock: Lock, tmp_path: Path, name: str
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    samples.program(tmp_path / "older", name, "")
    path = f"{tmp_path / 'older'}:{os.defpath}"
    folders = pulumi(checkout, PATH=path)["PATH"].split(":")
    assert folders.index(str(checkout.launchers)) < folders.index(str(tmp_path / "older"))


def test_plugins_that_the_user_placed_are_used_and_never_replaced(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    plugins = checkout.home / "plugins"
    placed = {
        name: plugins / folder / name
        for folder, name in (
            ("resource-docker-v5.1.0", "pulumi-resource-docker"),
            ("language-python-v1.0.0", LANGUAGE_HOST),
            ("resource-pulumi-python-v1.0.0", "pulumi-resource-pulumi-python"),
        )
    }
    for name, place in placed.items():
        place.unlink()
        samples.program(place.parent, name, "echo the vendor's")
    found = tools(tmp_path)
    docker = placed["pulumi-resource-docker"]
    found[docker.name] = Found(docker.name, "5.1.0", docker, str(checkout.home))
    set_up(checkout, lock, found)
    result = set_up(checkout, lock, found)
    for place in placed.values():
        assert "the vendor's" in place.read_text()
    assert result.tools[LANGUAGE_HOST].path == placed[LANGUAGE_HOST]
    assert (checkout.launchers / LANGUAGE_HOST).readlink() == placed[LANGUAGE_HOST]
    assert not any("stand-in" in tool.origin for tool in result.tools.values())


def test_a_link_of_set_up_in_the_plugin_folder_follows_a_new_tool(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    newer = tools(tmp_path / "newer")
    set_up(checkout, lock, newer)
    name = "pulumi-resource-kubernetes"
    place = checkout.home / "plugins" / "resource-kubernetes-v4.25.0" / name
    assert place.resolve() == newer[name].path


def test_a_moved_checkout_says_that_it_must_be_set_up_again(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    moved = checkout.root.rename(tmp_path / "moved")
    result = subprocess.run(
        [moved / ".venv/bin/pulumi"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert f"this checkout was at {checkout.root}" in result.stderr
    assert "next: make setup" in result.stderr


def test_another_checkout_at_the_old_place_is_not_taken_for_the_moved_one(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    moved = checkout.root.rename(tmp_path / "moved")
    checkout.root.mkdir()
    result = subprocess.run(
        [moved / ".venv/bin/pulumi"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert f"and is at {moved} now" in result.stderr


def test_pulumi_runs_when_it_is_reached_by_links(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    folder = tmp_path / "in PATH"
    folder.mkdir()
    (folder / "first").symlink_to(checkout.venv / "bin" / "pulumi")
    (folder / "pulumi").symlink_to("first")
    (tmp_path / "alias").symlink_to(checkout.root)
    for place in (folder / "pulumi", tmp_path / "alias/.venv/bin/pulumi"):
        result = subprocess.run([place, "up"], capture_output=True, text=True, check=True)
        assert f"PULUMI_HOME={checkout.root}/.slipway/pulumi" in result.stdout
        assert "arguments=up" in result.stdout


def test_a_folder_with_two_names_is_one_place(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    """On disks that ignore case, `pwd` gives the letters that were typed; here by a link."""
    (tmp_path / "Check Out").symlink_to(checkout.root)
    renamed = Checkout(tmp_path / "Check Out")
    set_up(renamed, lock, tools(tmp_path))
    assert pulumi(checkout)["PULUMI_HOME"] == f"{renamed.root}/.slipway/pulumi"


def test_an_emptied_cache_is_reported(checkout: Checkout, lock: Lock, tmp_path: Path) -> None:
    found = tools(tmp_path)
    set_up(checkout, lock, found)
    found["pulumi"].path.unlink()
    result = subprocess.run(
        [checkout.venv / "bin/pulumi"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "is gone" in result.stderr
    assert "next: make setup" in result.stderr


def test_commands_are_links_and_follow_a_new_version(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    set_up(checkout, lock, tools(tmp_path))
    newer = tools(tmp_path / "newer")
    set_up(checkout, lock, newer)
    assert (checkout.venv / "bin" / "kind").readlink() == newer["kind"].path


def test_the_passphrase_is_secret_random_and_kept(tmp_path: Path) -> None:
    one, other = samples.checkout(tmp_path / "one"), samples.checkout(tmp_path / "other")
    make_state(one)
    make_state(other)
    first = one.passphrase.read_text()
    assert stat.S_IMODE(one.passphrase.stat().st_mode) == 0o600
    assert len(first.strip()) >= 32
    assert first != other.passphrase.read_text()
    make_state(one)
    assert one.passphrase.read_text() == first


def test_a_lost_passphrase_is_not_replaced_while_stacks_need_it(tmp_path: Path) -> None:
    checkout = samples.checkout(tmp_path)
    make_state(checkout)
    stacks = checkout.state / ".pulumi" / "stacks" / "slipway"
    stacks.mkdir(parents=True)
    (stacks / "kind.json").write_text("{}")
    checkout.passphrase.unlink()
    with pytest.raises(ToolchainError, match="is gone, and it opens the secrets"):
        make_state(checkout)
    assert not checkout.passphrase.exists()


def test_plugins_are_linked_into_another_pulumi_home(tmp_path: Path) -> None:
    plugin = samples.program(tmp_path, "pulumi-resource-docker", "")
    for _ in range(2):
        link_plugins(tmp_path / "home", {"resource-docker-v5.1.0": plugin})
    place = tmp_path / "home/plugins/resource-docker-v5.1.0/pulumi-resource-docker"
    assert place.resolve() == plugin


def test_the_docker_stand_in_imports_nothing_from_the_folder_of_the_user(tmp_path: Path) -> None:
    """The launcher's Python here only tells where it would import from."""
    root = Path(__file__).parents[4]
    checkout = Checkout(root)
    private = Checkout(tmp_path / "private")
    launcher = write_docker_stand_in(private)
    text = launcher.read_text()
    assert str(private.root) in text
    # The same launcher, for this checkout, started in a folder with modules of the same names.
    user = tmp_path / "user"
    user.mkdir()
    for name in ("docker", "grpc", "toolchain"):
        (user / f"{name}.py").write_text("raise SystemExit('imported from the working folder')")
    launcher.write_text(text.replace(str(private.root), str(checkout.root)))
    result = subprocess.run(
        [launcher], cwd=user, capture_output=True, text=True, check=False, timeout=20
    )
    assert result.returncode == 2, "without an engine's address it explains its usage"
    assert "ENGINE_ADDRESS" in result.stderr


def test_git_learns_the_filter_that_keeps_the_salt_out(
    checkout: Checkout, lock: Lock, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "--quiet", checkout.root], check=True)
    set_up(checkout, lock, tools(tmp_path))
    (checkout.root / ".gitattributes").write_text("stacks/*.yaml filter=slipway-salt\n")
    (checkout.root / "stacks").mkdir()
    stack = checkout.root / "stacks" / "Pulumi.kind.yaml"
    stack.write_text("config:\n  slipway:replicas: 3\n")
    git = ["git", "-C", str(checkout.root)]
    subprocess.run([*git, "add", "stacks"], check=True)
    stack.write_text(f"encryptionsalt: v1:abc\n{stack.read_text()}")
    changed = subprocess.run(
        [*git, "diff", "--stat", "stacks"], check=True, capture_output=True, text=True
    )
    assert changed.stdout == ""
