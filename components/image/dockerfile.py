"""What of a Dockerfile decides where its base images come from."""

import re

from ..mirrors import Mirrors

_ARG = re.compile(r"^\s*ARG\s+(\w+)=[\"']?([^\s\"']+)[\"']?\s*$", re.IGNORECASE)
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*[\"']?\$\{?(\w+)\}?[\"']?(?:\s|$)", re.IGNORECASE)


def base_arguments(dockerfile: str) -> dict[str, str]:
    """The build arguments that stand for a base image, with their defaults.

    These are the `ARG name=reference` before the first `FROM` that some `FROM ${name}` uses.
    https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
    """
    lines = dockerfile.splitlines()
    first = next((n for n, line in enumerate(lines) if _starts_stage(line)), len(lines))
    declared = dict(found.groups() for line in lines[:first] if (found := _ARG.match(line)))
    used = {found[1] for line in lines if (found := _FROM.match(line))}
    return {name: reference for name, reference in declared.items() if name in used}


def mirrored_arguments(dockerfile: str, mirrors: Mirrors) -> dict[str, str]:
    """The base arguments for which this machine's mirror map names another place."""
    resolved = {
        name: (reference, mirrors.resolve(reference))
        for name, reference in base_arguments(dockerfile).items()
    }
    return {name: there for name, (here, there) in resolved.items() if there != here}


def _starts_stage(line: str) -> bool:
    return line.lstrip().upper().startswith("FROM ")
