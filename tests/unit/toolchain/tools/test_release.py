"""Downloading releases from a server on this machine: checksums, damage, and no network."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.cache import Cache
from toolchain.errors import Interrupted, ToolchainError
from toolchain.runner import Runner
from toolchain.setup.faults import explain
from toolchain.tools import transfer
from toolchain.tools.release import download, published_checksum

PROGRAM = b"#!/bin/sh\necho v0.31.0\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_PAUSES_SECONDS", (0.0, 0.0))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which its files are served."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def archive(member: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo(member)
        info.size, info.mode = len(PROGRAM), 0o755
        tar.addfile(info, io.BytesIO(PROGRAM))
    return buffer.getvalue()


def test_a_program_with_the_published_checksum_is_ready_to_run(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM)
    (folder / "sums").write_text(f"{hashlib.sha256(PROGRAM).hexdigest()}  kind-linux\n")
    tool = samples.released(f"{address}/kind-linux", f"{address}/sums")
    download(tool, tmp_path / "out", threading.Event())
    assert (tmp_path / "out" / "kind").read_bytes() == PROGRAM
    assert (tmp_path / "out" / "kind").stat().st_mode & 0o111


def test_an_archive_is_unpacked_and_removed(served: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = served
    content = archive("pulumi/pulumi")
    (folder / "pulumi.tar.gz").write_bytes(content)
    (folder / "sums").write_text(f"{hashlib.sha512(content).hexdigest()}  pulumi.tar.gz\n")
    tool = samples.released(f"{address}/pulumi.tar.gz", f"{address}/sums", "pulumi/pulumi")
    download(tool, tmp_path / "out", threading.Event())
    assert (tmp_path / "out" / "pulumi" / "pulumi").read_bytes() == PROGRAM
    assert not (tmp_path / "out" / "pulumi.tar.gz").exists()


def test_a_damaged_file_is_named_with_both_checksums_and_leaves_nothing(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM + b"# changed on the way\n")
    expected = hashlib.sha256(PROGRAM).hexdigest()
    (folder / "sums").write_text(f"{expected}  kind-linux\n")
    got = hashlib.sha256((folder / "kind-linux").read_bytes()).hexdigest()
    tool = samples.released(f"{address}/kind-linux", f"{address}/sums")
    runner = Runner()
    cache = Cache(tmp_path / "cache", runner)
    with pytest.raises(ToolchainError) as caught:
        cache.entry("tools/kind", lambda place: download(tool, place, runner.ending), print)
    for fact in ("kind-linux", expected, got, "deleted", "SLIPWAY_TOOLS=build"):
        assert fact in str(caught.value)
    assert list((tmp_path / "cache" / "tools").iterdir()) == []


def test_the_checksum_of_the_lock_counts_and_the_list_of_the_vendor_is_not_needed(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM)
    expected = hashlib.sha256(PROGRAM).hexdigest()
    tool = samples.released(f"{address}/kind-linux", f"{address}/no-sums", sha256=expected)
    download(tool, tmp_path / "out", threading.Event())
    assert (tmp_path / "out" / "kind").read_bytes() == PROGRAM


def test_a_release_that_vendor_and_lock_do_not_agree_on_is_refused_with_both_checksums(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM)
    got, locked = hashlib.sha256(PROGRAM).hexdigest(), "ab" * 32
    (folder / "sums").write_text(f"{got}  kind-linux\n")
    tool = samples.released(f"{address}/kind-linux", f"{address}/sums", sha256=locked)
    with pytest.raises(ToolchainError) as caught:
        download(tool, tmp_path / "out", threading.Event())
    message = caught.value.message
    assert f"of toolchain/lock.toml: expected sha256 {locked}, got {got}" in message


def test_a_file_that_the_list_does_not_name_is_not_trusted(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM)
    (folder / "sums").write_text(f"{hashlib.sha256(PROGRAM).hexdigest()}  kind-darwin\n")
    tool = samples.released(f"{address}/kind-linux", f"{address}/sums")
    with pytest.raises(ToolchainError, match="no checksum for kind-linux"):
        download(tool, tmp_path / "out", threading.Event())


def test_no_network_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # urllib asks for proxies once in a process, and would keep this one for the tests after.
    monkeypatch.setattr("urllib.request._opener", None)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    tool = samples.released("http://vendor.example/kind", "http://vendor.example/sums")
    with pytest.raises(ToolchainError) as caught:
        download(tool, tmp_path / "out", threading.Event())
    message = str(explain(caught.value, "downloading kind 0.31.0", tmp_path))
    assert "cannot be reached" in message
    assert "http://vendor.example/sums" in message
    assert "proxy settings" in message


def test_a_download_stops_when_another_step_failed(
    served: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = served
    (folder / "kind-linux").write_bytes(PROGRAM)
    (folder / "sums").write_text(f"{hashlib.sha256(PROGRAM).hexdigest()}  kind-linux\n")
    ending = threading.Event()
    ending.set()
    tool = samples.released(f"{address}/kind-linux", f"{address}/sums")
    with pytest.raises(Interrupted):
        download(tool, tmp_path / "out", ending)


@pytest.mark.parametrize(
    "line",
    [
        f"{'a1' * 32}  plugin.tar.gz",
        f"{'a1' * 32} *plugin.tar.gz",
        f"{'a1' * 32}  ./plugin.tar.gz",
        "A1" * 32,
    ],
)
def test_every_way_to_write_a_checksum_is_read(line: str) -> None:
    listing = f"{'b2' * 32}  other.tar.gz\n{line}\n"
    assert published_checksum(listing, "plugin.tar.gz") == "a1" * 32
