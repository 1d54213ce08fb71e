"""When a set-up has nothing to do: the stamp of the last one, and what makes it outdated."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.errors import ToolchainError
from toolchain.places import Checkout
from toolchain.setup import stamp
from toolchain.setup.stamp import Decision, Row

ROWS = [Row("kind", "0.31.0", "PATH: /usr/bin/kind")]
IMAGE = "slipway/kind-node:v1.35.4"
# An engine with one image, in the words of `docker image inspect`.
ENGINE = f"""echo '["{IMAGE}"] abc123'"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout that is set up, beside an engine that answers."""
    checkout = samples.checkout(tmp_path / "checkout")
    checkout.private.mkdir()
    kind = samples.program(tmp_path / "bin", "kind", "echo kind v0.31.0")
    samples.program(tmp_path / "bin", "docker", ENGINE)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("SLIPWAY_CACHE", str(tmp_path / "cache"))
    (checkout.toolchain / "lock.toml").write_text("version = 1\n")
    plugins = {"resource-docker-v5.1.0": kind}
    stamp.write(checkout, stamp.Result(ROWS, plugins, {IMAGE: "abc123"}, [kind]))
    return checkout


def test_an_unchanged_checkout_has_nothing_to_do(checkout: Checkout) -> None:
    last = stamp.read(checkout)
    assert last is not None
    assert last.rows == ROWS
    assert list(stamp.plugins(checkout)) == ["resource-docker-v5.1.0"]


def changed_lock(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout.toolchain / "lock.toml").write_text("version = 2\n")


def changed_requirements(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.requirements.write_text("rich==14.1.0 --hash=sha256:00\n")


def replaced_tool(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    samples.program(checkout.root.parent / "bin", "kind", "echo kind v0.30.0, an older one")


def removed_tool(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout.root.parent / "bin" / "kind").unlink()


def other_image(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    other = ENGINE.replace("abc123", "def456")
    samples.program(checkout.root.parent / "bin", "docker", other)


def stopped_engine(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    samples.program(checkout.root.parent / "bin", "docker", "exit 1")


def other_choice(_checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_TOOLS", "build")


def other_way_to_images(_checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_IMAGES", "pull")


def damaged_stamp(checkout: Checkout, _monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.stamp.write_text(checkout.stamp.read_text()[:100])


@pytest.mark.parametrize(
    "change",
    [
        changed_lock,
        changed_requirements,
        replaced_tool,
        removed_tool,
        other_image,
        stopped_engine,
        other_choice,
        other_way_to_images,
        damaged_stamp,
    ],
)
def test_set_up_looks_again_after_a_change(
    checkout: Checkout,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Checkout, pytest.MonkeyPatch], None],
) -> None:
    change(checkout, monkeypatch)
    assert stamp.read(checkout) is None


def test_a_checkout_that_was_moved_is_set_up_again(checkout: Checkout) -> None:
    moved = Checkout(checkout.root.rename(checkout.root.with_name("moved")))
    assert stamp.read(moved) is None


def test_before_the_first_set_up_there_are_no_plugins_to_link(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="is not set up"):
        stamp.plugins(Checkout(tmp_path))


def test_the_closing_table_lines_up() -> None:
    rows = [Row("kind", "0.31.0", "PATH"), Row("docker engine", "28.2", "running already")]
    assert stamp.table(rows).splitlines() == [
        "tool           version  where from",
        "kind           0.31.0   PATH",
        "docker engine  28.2     running already",
    ]


def test_the_decisions_of_a_set_up_stay_below_its_table(checkout: Checkout) -> None:
    decision = Decision("images", "pulled, as registry.example answers", is_certain=True)
    stamp.write(checkout, stamp.Result(ROWS, decisions=[decision]))
    last = stamp.read(checkout)
    assert last is not None
    assert last.decisions == [decision]
    assert stamp.table(last.rows, last.decisions).splitlines()[-1] == (
        "images: pulled, as registry.example answers"
    )


def test_a_slow_docker_is_waited_for(checkout: Checkout) -> None:
    samples.program(checkout.root.parent / "bin", "docker", f"sleep 3\n{ENGINE}")
    assert stamp.read(checkout) is not None


def test_a_stack_without_docker_has_nothing_to_do_where_no_engine_answers(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_engine(checkout, monkeypatch)
    last = stamp.read(checkout, docker=False)
    assert last is not None
    assert last.rows == ROWS


def test_a_set_up_without_docker_is_not_enough_for_a_stack_that_needs_it(
    checkout: Checkout,
) -> None:
    stamp.write(checkout, stamp.Result(ROWS, docker=False))
    last = stamp.read(checkout, docker=False)
    assert last is not None
    assert last.rows == ROWS
    assert stamp.read(checkout) is None
