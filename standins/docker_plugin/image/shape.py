"""The types of an Image's inputs, looked at before anything else reads them.

The vendor's plugin ends its process on a number among the build arguments; here it is one
message that names the input. Unknown values (of a preview) fit every type.
"""

from typing import Any

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import UNKNOWN, Properties, is_object

_BUILDERS = ("BuilderV1", "BuilderBuildKit")


def check_shape(inputs: Properties) -> None:
    """Raise PluginError for the first input that has the wrong type."""
    _expect(inputs, "imageName", str, "")
    _expect(inputs, "skipPush", bool, "")
    _expect(inputs, "buildOnPreview", bool, "")
    _expect(inputs, "registry", dict, "")
    _expect(inputs, "build", dict, "")
    registry, build = inputs.get("registry"), inputs.get("build")
    if is_object(registry):
        for key in ("server", "username", "password"):
            _expect(registry, key, str, "registry.")
    if is_object(build):
        _check_build(build)


def _check_build(build: Properties) -> None:
    for key in ("context", "dockerfile", "target", "platform", "network", "builderVersion"):
        _expect(build, key, str, "build.")
    _expect(build, "args", dict, "build.")
    _expect(build, "addHosts", list, "build.")
    _expect(build, "cacheFrom", dict, "build.")
    builder = build.get("builderVersion")
    if builder not in (None, UNKNOWN, *_BUILDERS):
        raise PluginError(
            f"build.builderVersion of the Image is {builder!r}; allowed are {', '.join(_BUILDERS)}"
        )
    args = build.get("args")
    if is_object(args):
        for name in args:
            _expect(args, name, str, "build.args.")
    cache = build.get("cacheFrom")
    if is_object(cache) and "images" not in cache:
        raise PluginError(
            "build.cacheFrom of the Image requires an `images` field: a list of names"
        )


def _expect(holder: Properties, key: str, kind: type, prefix: str) -> None:
    value: Any = holder.get(key)
    if value is None or value == UNKNOWN or isinstance(value, kind):
        return
    raise PluginError(
        f"{prefix}{key} of the Image must be a {_words(kind)}, got {value!r}"
        + (f'; write it as "{value}"' if kind is str and not is_object(value) else "")
    )


def _words(kind: type) -> str:
    return {str: "string", bool: "boolean", dict: "map", list: "list"}[kind]
