"""Lines of a Dockerfile that an older Docker does not understand."""

import re
from collections.abc import Iterator
from itertools import takewhile

from ..machine.runner import LocalError, Runner
from ..settings.model import SettingsError
from .instructions import Instruction, directives, instructions

_ANSWER_SECONDS = 4
_HERE_DOCUMENTS_SINCE = "23.0"
# Instruction and option: the first Docker whose own frontend has it outside of the labs channel.
# Frontends: https://docs.docker.com/reference/dockerfile/ ("Minimum Dockerfile version").
# BuildKit 0.8 has frontend 1.2, 0.10 has 1.4, 0.12 has 1.6, 0.23 has 1.17, 0.25 has 1.19, 0.26 has
# 1.20; which BuildKit a Docker has is in https://docs.docker.com/engine/release-notes/.
_OPTIONS_SINCE = {
    ("RUN", "--mount"): "20.10",
    ("RUN", "--network"): "23.0",
    ("COPY", "--link"): "23.0",
    ("ADD", "--link"): "23.0",
    ("ADD", "--checksum"): "25.0",
    ("HEALTHCHECK", "--start-interval"): "25.0",
    ("ADD", "--unpack"): "28.3",
    ("COPY", "--exclude"): "28.5",
    ("ADD", "--exclude"): "28.5",
    ("COPY", "--parents"): "29.1",
}


def check_docker(text: str, where: str, removed_frontend: str | None, runner: Runner) -> None:
    """Raise SettingsError for a line that the Docker Engine of this machine cannot build.

    `where` names the Dockerfile; `removed_frontend` is one that it names and that has no mirror.
    A Dockerfile with a frontend of its own is built by that. Nothing is checked where Docker does
    not answer.
    """
    lines = text.splitlines()
    features = [] if "syntax" in directives(lines) else list(_features(lines))
    if not features or (version := _version(runner)) is None:
        return
    for line, feature, since in features:
        if _parts(version) < _parts(since):
            frontend = (
                f"its frontend {removed_frontend} has no mirror on this machine"
                if removed_frontend
                else "or name a newer frontend in the first line: `# syntax=docker/dockerfile:1`"
            )
            raise SettingsError(
                f"{where}, line {line + 1}: {feature} needs Docker {since}, and this is Docker "
                f"{version}; update Docker, or write the line without; {frontend}"
            )


def _features(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line, feature and the first Docker whose own frontend has it."""
    for each in instructions(lines):
        if each.has_here_document:
            yield each.first, "a here-document", _HERE_DOCUMENTS_SINCE
        for option in _options(each):
            if since := _OPTIONS_SINCE.get((each.name, option)):
                yield each.first, f"`{each.name} {option}`", since


def _options(instruction: Instruction) -> Iterator[str]:
    """Yield the names of an instruction's options, which stand before its arguments."""
    words = instruction.text.split()[1:]
    for word in takewhile(lambda word: word.startswith("--"), words):
        yield word.partition("=")[0]


def _version(runner: Runner) -> str | None:
    try:
        answer = runner.run(
            "docker", "version", "--format", "{{.Server.Version}}", timeout=_ANSWER_SECONDS
        )
    except LocalError:
        return None
    return answer.strip() if _parts(answer) else None


def _parts(version: str) -> tuple[int, ...]:
    """Return major and minor number."""
    match = re.match(r"\s*(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else ()
