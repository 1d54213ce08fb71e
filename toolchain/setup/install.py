"""Putting the tools into the checkout, where `. .venv/bin/activate` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.cache import remove
from toolchain.commands import Runner
from toolchain.lock import Lock
from toolchain.places import Checkout
from toolchain.setup import git_filter, wrapper
from toolchain.setup.home import (
    link,
    link_plugins,
    make_state,
    write_docker_stand_in,
    write_executable,
)
from toolchain.setup.sources import ORIGINS
from toolchain.standins.language_host.launchers import write_launchers
from toolchain.tools.found import LANGUAGE_HOST, Found, language_host


@dataclass(frozen=True)
class Installed:
    """What was put in place: all tools, the plugins by folder, and the files that matter."""

    tools: Mapping[str, Found]
    plugins: Mapping[str, Path]
    files: tuple[Path, ...]


def install(
    checkout: Checkout, lock: Lock, tools: Mapping[str, Found], path: str, runner: Runner
) -> Installed:
    """Link commands and plugins, write the wrapper of Pulumi, the state's folder and launchers.

    ``tools`` are those that were found or made; what is missing gets a stand-in.  ``path`` is
    where the vendor's language host is looked for.
    """
    make_state(checkout)
    all_tools = dict(tools)
    plugins: dict[str, Path] = {}
    pulumi = tools["pulumi"].path
    vendors_host = language_host(pulumi, path)
    if vendors_host:
        remove(checkout.launchers)
        origin = ORIGINS["release"] if vendors_host.parent == pulumi.parent else "PATH"
        host = Found(LANGUAGE_HOST, tools["pulumi"].version, vendors_host, origin)
        for folder in _host_folders(tools["pulumi"].version):
            remove(checkout.home / "plugins" / folder)
    else:
        made = write_launchers(checkout.launchers, checkout.python, checkout.root)
        # Pulumi warns of plugins on PATH but not of those in its own folder.
        plugins.update(zip(_host_folders(tools["pulumi"].version), made, strict=True))
        host = Found(LANGUAGE_HOST, "", checkout.launchers / LANGUAGE_HOST, ORIGINS["stand-in"])
    all_tools[LANGUAGE_HOST] = host
    for tool in lock.tools.values():
        if tool.use == "plugin":
            if tool.name not in all_tools:
                all_tools[tool.name] = Found(
                    tool.name, tool.version, write_docker_stand_in(checkout), ORIGINS["stand-in"]
                )
            plugins[f"resource-{tool.plugin}-v{tool.version}"] = all_tools[tool.name].path
    link_plugins(checkout.home, plugins)
    stands_in = any(found.origin == ORIGINS["stand-in"] for found in all_tools.values())
    for name in _commands(all_tools):
        link(checkout.venv / "bin" / name, tools[name].path)
    standing_in = None if vendors_host else _host_folders(tools["pulumi"].version)[0]
    script = wrapper.text(checkout, pulumi, downloads=not stands_in, language_host=standing_in)
    write_executable(checkout.venv / "bin" / "pulumi", script)
    git_filter.define(checkout, runner)
    return Installed(all_tools, plugins, _files(checkout, all_tools, plugins))


def _commands(tools: Mapping[str, Found]) -> list[str]:
    """What is linked beside the environment's Python; not every stack needs all of it."""
    return [name for name in ("kind", "kubectl", "minikube") if name in tools]


def _host_folders(version: str) -> tuple[str, str]:
    """Where Pulumi looks for the language host and for its host of dynamic providers."""
    return f"language-python-v{version}", f"resource-pulumi-python-v{version}"


def _files(
    checkout: Checkout, tools: Mapping[str, Found], plugins: Mapping[str, Path]
) -> tuple[Path, ...]:
    """What a later set-up looks at to see that all is still in place."""
    return (
        checkout.python,
        checkout.passphrase,
        checkout.state,
        *(checkout.venv / "bin" / name for name in ("pulumi", *_commands(tools))),
        *(found.path for found in tools.values()),
        *(checkout.home / "plugins" / folder / path.name for folder, path in plugins.items()),
    )
