"""Dockerfile: which of its arguments name base images, and their mirrors."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

import pulumi

from ..registry.mirror_map import Mirrors
from ..settings.model import SettingsError
from .args import ImageArgs

_ARG = re.compile(r"^\s*ARG\s+(.+)$", re.IGNORECASE)
_DEFAULT = re.compile(r"""(\w+)=("[^"]*"|'[^']*'|\S*)""")
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*[\"']?\$\{?(\w+)\}?[\"']?(?:\s|$)", re.IGNORECASE)
_STAGE = re.compile(r"^\s*FROM\s", re.IGNORECASE)


def read_dockerfile(args: ImageArgs, where: str) -> str:
    """Return the text of an image's Dockerfile. `where` names the image in messages.

    Raises SettingsError when it does not exist.
    """
    path = args.dockerfile_path
    try:
        # What is not UTF-8, in a comment for instance, is nothing that is read here.
        file = Path(pulumi.get_root_directory()) / path
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise SettingsError(
            f"{where}: there is no Dockerfile at {path} (relative to Pulumi.yaml); set `context` "
            "to its folder, or `dockerfile` to its path"
        ) from None


def base_arguments(dockerfile: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the build arguments that name a base image, with their values.

    These are the `ARG name=reference` before the first `FROM` that some `FROM ${name}` uses.
    A default may be made of earlier arguments; `given` are the values that the build sets.
    https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact
    """
    lines = dockerfile.splitlines()
    first = next((n for n, line in enumerate(lines) if _STAGE.match(line)), len(lines))
    values = dict(given)
    for line in lines[:first]:
        declared = _ARG.match(line)
        for name, default in _DEFAULT.findall(declared[1]) if declared else ():
            if name not in given:
                values[name] = Template(default.strip("\"'")).safe_substitute(values)
    used = {match[1] for line in lines if (match := _FROM.match(line))}
    # What is still not spelled out (`${TAG:-22}`) is Docker's to resolve, and has no mirror here.
    return {name: base for name, base in values.items() if name in used and "$" not in base}


def mirrored_arguments(
    dockerfile: str, mirrors: Mirrors, given: Mapping[str, str]
) -> dict[str, str]:
    """Return the base arguments for which this machine's mirror map has a mirror.

    `given` are the values that the build sets; what is given is left as it is.
    """
    resolved = {
        name: (reference, mirrors.resolve(reference))
        for name, reference in base_arguments(dockerfile, given).items()
        if name not in given
    }
    return {name: mirror for name, (original, mirror) in resolved.items() if mirror != original}
