"""Belongs here: paths and ports in lines of logs of programs, libraries and shells."""

import pytest

from components.diagnosis.causes.paths import folder, path_in, port_in


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('12:00:00 [emerg] 1#1: open() "/run/nginx.pid" failed (30: Read-only', "/run/nginx.pid"),
        (
            "mkdir: cannot create directory \u2018/var/cache/x\u2019: Read-only file system",
            "/var/cache/x",
        ),
        ("/bin/sh: can't create /data/out.txt: Read-only file system", "/data/out.txt"),
        ("touch: /run/web.pid: Read-only file system", "/run/web.pid"),
        ("OSError: [Errno 30] Read-only file system: '/app/cache'", "/app/cache"),
        ("Error: EROFS: read-only file system, open '/app/log.txt'", "/app/log.txt"),
        ("panic: open /data/db: read-only file system", "/data/db"),
        ("Error: EACCES: permission denied, mkdir /app/tmp", "/app/tmp"),
        ("Read-only file system", None),
    ],
)
def test_a_line_names_the_path_that_was_refused(line: str, path: str | None) -> None:
    assert path_in(line) == path


@pytest.mark.parametrize(
    ("path", "writable"),
    [("/run/nginx.pid", "/run"), ("/var/cache/nginx/temp", "/var/cache/nginx"), ("/data", "/data")],
)
def test_the_folder_of_a_path_is_made_writable(path: str, writable: str) -> None:
    assert folder(path) == writable


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("12:30:45 nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", 80),
        ("Error: listen EACCES: permission denied 0.0.0.0:443", 443),
        ("listen tcp :8080: bind: address already in use", 8080),
        ("listen EADDRINUSE: address already in use :::3000", 3000),
        ("OSError: [Errno 98] Address already in use", None),
    ],
)
def test_a_line_names_the_port_that_was_refused(line: str, port: int | None) -> None:
    assert port_in(line) == port
