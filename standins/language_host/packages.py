"""The Python packages of a program's environment, and the Pulumi plugins that they need.

Reads the folders of installed packages instead of asking pip: that takes milliseconds, where
pip takes most of a second, and works in environments that hold no pip.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError

# First-party packages without plugins, some versions of which do not say so themselves.
_WITHOUT_PLUGIN = frozenset({"pulumi-policy", "pulumi-esc-sdk"})
_PRE_RELEASES = {"a": "-alpha.", "b": "-beta.", "rc": "-rc.", "": ""}
_VERSION = re.compile(
    r"(?P<release>\d+(\.\d+)*)((?P<pre>a|b|rc)(?P<number>\d+))?"
    r"(\.post(?P<post>\d+))?(\.dev(?P<dev>\d+))?"
)


@dataclass(frozen=True)
class Package:
    """An installed Python package."""

    name: str
    """Lower case, words joined by hyphens."""
    version: str
    metadata: Path
    """Its folder `NAME-VERSION.dist-info`."""

    @property
    def plugin_file(self) -> Path:
        """Path of the package's pulumi-plugin.json, if it has one."""
        return self.metadata.parent / self.name.replace("-", "_") / "pulumi-plugin.json"

    def requirements(self) -> Iterator[str]:
        """Yield the names of the packages that this one needs without extras."""
        text = (self.metadata / "METADATA").read_text(encoding="utf-8", errors="replace")
        for line in text.partition("\n\n")[0].splitlines():
            field, _, value = line.partition(": ")
            if field == "Requires-Dist" and "extra ==" not in value:
                yield normal_name(re.split(r"[^\w.-]", value.strip(), maxsplit=1)[0])


@dataclass(frozen=True)
class Plugin:
    """The Pulumi plugin behind a package, as `pulumi-plugin.json` and the package name it."""

    name: str
    version: str
    server: str
    parameterization: dict[str, Any]


def normal_name(name: str) -> str:
    """Return a package's name in lower case with single hyphens (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(environment: Environment) -> list[Package]:
    """Return what the environment's interpreter would import, sorted by name.

    A package that several folders of the search path hold counts where it is found first.
    Raises HostError when the interpreter cannot be run.
    """
    found: dict[str, Package] = {}
    for folder in _search_path(environment):
        for metadata in Path(folder).glob("*.dist-info"):
            name, _, version = metadata.name.removesuffix(".dist-info").rpartition("-")
            package = Package(normal_name(name), version, metadata)
            found.setdefault(package.name, package)
    return sorted(found.values(), key=lambda package: package.name)


def require_pip(environment: Environment, present: list[Package]) -> None:
    """Refuse an environment that the vendor's host refuses: it asks pip what is installed.

    Raises HostError. With the toolchain uv nothing asks pip.
    """
    if environment.toolchain == "pip" and all(package.name != "pip" for package in present):
        raise HostError(
            f"failed to discover package requirements: {environment.python()} has no package pip, "
            "which Pulumi's language host needs; add it to the program's requirements"
        )


def direct(packages: list[Package]) -> list[Package]:
    """Return the packages that no other package needs."""
    needed = {name for package in packages for name in package.requirements()}
    return [package for package in packages if package.name not in needed]


def plugin_of(package: Package) -> Plugin | None:
    """Return the plugin that a package needs; None when it needs none.

    That is what its `pulumi-plugin.json` names, else what a name `pulumi-NAME` implies. Raises
    HostError when the file is not what it should be.
    """
    declared = _declared(package)
    if declared is None:
        if not package.name.startswith("pulumi-") or package.name in _WITHOUT_PLUGIN:
            return None
        declared = {}
    elif not declared.get("resource"):
        return None
    version = declared.get("version") or plugin_version(package.version)
    if not version:
        return None
    return Plugin(
        name=declared.get("name") or package.name.removeprefix("pulumi-"),
        version="v" + version.removeprefix("v"),
        server=declared.get("server") or "",
        parameterization=declared.get("parameterization") or {},
    )


def plugin_version(version: str) -> str:
    """Return the semantic version for a Python version; empty when there is no telling."""
    parts = _VERSION.fullmatch(version)
    if parts is None:
        return ""
    release = ".".join([*parts["release"].split("."), "0", "0"][: max(3, _count(parts))])
    build = (f"post{parts['post']}" if parts["post"] else "") + (
        f"dev{parts['dev']}" if parts["dev"] else ""
    )
    return (
        release
        + _PRE_RELEASES[parts["pre"] or ""]
        + (parts["number"] or "")
        + (f"+{build}" if build else "")
    )


def _count(parts: re.Match[str]) -> int:
    return len(parts["release"].split("."))


def _declared(package: Package) -> dict[str, Any] | None:
    try:
        return dict(json.loads(package.plugin_file.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise HostError(
            f"{package.plugin_file} cannot be read ({error}); install {package.name} again"
        ) from error


def python_version(environment: Environment) -> str:
    """Return the version of the environment's interpreter; raise HostError as `installed`."""
    if environment.is_own:
        return ".".join(str(part) for part in sys.version_info[:3])
    return _ask(environment, "'.'.join(map(str, sys.version_info[:3]))")


def _search_path(environment: Environment) -> list[str]:
    folders = sys.path if environment.is_own else _ask(environment, "sys.path[1:]")
    return [folder for folder in folders if folder]


def _ask(environment: Environment, expression: str) -> Any:
    command = [environment.python(), "-c", f"import json, sys; print(json.dumps({expression}))"]
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=30, encoding="utf-8"
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise HostError(f"{command[0]} does not start ({error}); run `pulumi install`") from error
