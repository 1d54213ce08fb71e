"""Check of an Image: defaults, the Dockerfile's place, the context digest, the name."""

import os
import platform
import posixpath
from collections.abc import Callable

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.digest import context_digest
from standins.docker_plugin.image.reference import parse_canonical
from standins.docker_plugin.image.shape import check_shape
from standins.docker_plugin.values import UNKNOWN, Properties, is_object, object_or_empty

_GO_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}


def machine_platform() -> str:
    """Return the platform of this machine as Docker writes it, for example `linux/amd64`."""
    machine = platform.machine()
    return f"linux/{_GO_ARCHITECTURES.get(machine, machine)}"


def checked_inputs(news: Properties, inform: Callable[[str], None]) -> Properties:
    """Return the inputs with the defaults and the hidden `build.contextDigest` filled in.

    Inputs: what the program wrote, and a way to tell the user something about this resource.
    Paths are relative to the working directory, which is the project's. Raises PluginError for
    a wrong type, a missing Dockerfile, an unreadable context or a name that cannot be pushed.
    """
    check_shape(news)
    inputs = Properties(news)
    inputs["buildOnPreview"] = news.get("buildOnPreview") or False
    if news.get("build") != UNKNOWN:
        inputs["build"] = _checked_build(news.get("build") or {}, inform)
    _check_name(inputs)
    return inputs


def dockerfile_in_context(build: Properties) -> str:
    """Return the Dockerfile's path relative to the context (an output of the vendor's)."""
    dockerfile: str = build["dockerfile"]
    context: str = build["context"]
    return os.path.relpath(dockerfile, context)


def _checked_build(news: Properties, inform: Callable[[str], None]) -> Properties:
    build = {**news}
    args = build.get("args")
    if is_object(args):
        build["args"] = {name: value for name, value in args.items() if value is not None}
    context = build["context"] = build.get("context") or "."
    hashed = "" if context == UNKNOWN else context
    build["dockerfile"] = build.get("dockerfile") or posixpath.normpath(
        posixpath.join(hashed, "Dockerfile")
    )
    if not build.get("platform"):
        build["platform"] = machine_platform()
        inform(
            f"The image is built for {build['platform']} when a build is due, because the Image"
            " names no platform.\nSet `platform` in its `build` to choose another."
        )
    if build["dockerfile"] != UNKNOWN:
        _check_dockerfile(hashed, build["dockerfile"])
        build["contextDigest"] = context_digest(hashed or ".", build["dockerfile"])
    return build


def _check_dockerfile(context: str, dockerfile: str) -> None:
    if os.path.exists(dockerfile):
        return
    inside = posixpath.normpath(posixpath.join(context, dockerfile))
    if posixpath.isabs(dockerfile):
        hint = f'expected a relative Dockerfile path; got "{dockerfile}" instead'
    elif os.path.exists(inside):
        hint = (
            f'could not open dockerfile at relative path "{dockerfile}".'
            f' Try setting `dockerfile` to "{inside}": it is relative to the project'
        )
    else:
        hint = (
            f'could not open dockerfile at relative path "{dockerfile}":'
            f" stat {dockerfile}: no such file or directory"
        )
    raise PluginError(hint)


def _check_name(inputs: Properties) -> None:
    cached = bool(object_or_empty(inputs.get("build")).get("cacheFrom"))
    if inputs.get("skipPush") is True and not cached:
        return
    name = inputs.get("imageName")
    if name is None or name == UNKNOWN:
        return
    try:
        parse_canonical(name)
    except ValueError as error:
        raise PluginError(
            f'"{name}": {error}.\nAn image that is pushed needs its full name, registry included:'
            " for Docker Hub begin it with `docker.io/`, as in `docker.io/me/web:1`"
        ) from error
