"""Systems that cannot make images: the reason why they would have to, and the ways out."""

from pathlib import Path

import pytest

from toolchain.engine.machine import Machine
from toolchain.errors import ToolchainError
from toolchain.images.means import require_means
from toolchain.reach import Choice

CHOICE = Choice(
    False, "as none can be pulled: registry-1.docker.io: no answer within 10 s", is_certain=False
)


def machine(folder: Path, *programs: str, debian: bool = False) -> Machine:
    (folder / "etc").mkdir()
    if debian:
        (folder / "etc/debian_version").write_text("12.0\n")
    return Machine(folder, 1000, lambda name: name if name in programs else None)


@pytest.mark.parametrize(
    ("system", "lacking"),
    [("darwin", "this is not Linux"), ("linux", "this is not Debian or Ubuntu")],
)
def test_where_images_cannot_be_made_the_reason_and_the_ways_out_are_shown(
    tmp_path: Path, system: str, lacking: str
) -> None:
    with pytest.raises(ToolchainError) as caught:
        require_means(CHOICE, machine=machine(tmp_path), system=system)
    assert "registry-1.docker.io: no answer within 10 s" in caught.value.message
    assert lacking in caught.value.message
    for way_out in ("registry-mirrors", "proxy", "certificate", "docker login", "SLIPWAY_IMAGES"):
        assert way_out in caught.value.fix


def test_programs_of_macos_do_not_run_in_containers_even_where_mmdebstrap_is_installed(
    tmp_path: Path,
) -> None:
    with pytest.raises(ToolchainError):
        require_means(CHOICE, machine=machine(tmp_path, "mmdebstrap"), system="darwin")


def test_debian_can_make_images_and_so_can_another_linux_with_mmdebstrap(tmp_path: Path) -> None:
    require_means(CHOICE, machine=machine(tmp_path, "apt-get", debian=True), system="linux")
    require_means(CHOICE, machine=Machine(tmp_path / "x", 0, lambda name: name), system="linux")
