"""Paths and ports in lines of logs."""

import posixpath
import re

_OPEN, _CLOSE = r"\"'`\u2018\u201c", r"\"'`\u2019\u201d"
"""Quotation marks: GNU programs print typographic ones."""

_PATH = rf"/[^\s{_CLOSE},;()\[\]]*[^\s{_CLOSE},;()\[\].:]"
_QUOTED = re.compile(rf"[{_OPEN}]({_PATH})[{_CLOSE}]")
_PLAIN = re.compile(rf"(?<![\w/.:])({_PATH})")
_REFUSAL = re.compile(r"read-only file system|permission denied|\bE[A-Z]{3,}\b", re.IGNORECASE)
_LISTENS = re.compile(r"bind|listen|in use", re.IGNORECASE)
_PORT = re.compile(r":(\d{1,5})(?!\d|[:.]\d)")
_ANNOUNCES = re.compile(
    r"\b(?:listen|running|serving|started|ready|bound)\w*\b.*?(?:port\s*[:=]?\s*|:)(\d{2,5})(?!\d|[:.]\d)",
    re.IGNORECASE,
)


def path_in(line: str) -> str | None:
    """Return the path that a refusal is about; None if the line names none.

    One in quotes, else the last one before the refusal, for the first one may be the program; else
    the first one after it.
    """
    if quoted := _QUOTED.search(line):
        return quoted[1]
    refusal = _REFUSAL.search(line)
    end = refusal.start() if refusal else len(line)
    before, after = _PLAIN.findall(line[:end]), _PLAIN.findall(line[end:])
    return (before[-1:] or after[:1] or [None])[0]


def folder(path: str) -> str:
    """Return the folder to make writable for a path; the path itself directly below the root."""
    parent = posixpath.dirname(path)
    return path if parent == "/" else parent


def port_in(line: str) -> int | None:
    """Return the port that a line about listening names."""
    start = _LISTENS.search(line)
    ports = _PORT.findall(line[start.start() :] if start else line)
    return int(ports[0]) if ports else None


def announced_port(line: str) -> int | None:
    """Return the port on which a program reports to listen, such as `Listening on :3000`."""
    match = _ANNOUNCES.search(line)
    return int(match[1]) if match else None
