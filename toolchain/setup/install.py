"""Installing the tools into the checkout, where `. .venv/bin/activate` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.lock import Lock
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.setup import git_filter, language_host
from toolchain.setup import pulumi_wrapper as wrapper
from toolchain.setup.files import link, write_executable
from toolchain.setup.home import link_tracked_plugins
from toolchain.setup.launchers import write_docker_stand_in
from toolchain.setup.sources import ORIGINS
from toolchain.setup.state import make_state
from toolchain.tools.found import LANGUAGE_HOST, Found, plugin_folder


@dataclass(frozen=True)
class Installed:
    """The result: all tools, the plugins by folder, and the files that the next set-up checks."""

    tools: Mapping[str, Found]
    plugins: Mapping[str, Path]
    files: tuple[Path, ...]


def install(
    checkout: Checkout, lock: Lock, tools: Mapping[str, Found], path: str, runner: Runner
) -> Installed:
    """Link commands and plugins, write the wrapper of Pulumi, the state's folder and launchers.

    ``tools`` are those that exist now; a missing plugin gets a stand-in.  ``path`` is
    where the vendor's language host is looked for.
    """
    make_state(checkout)
    all_tools = dict(tools)
    pulumi = tools["pulumi"]
    host = language_host.provide(checkout, pulumi, path)
    plugins = dict(host.plugins)
    all_tools[LANGUAGE_HOST] = host.found
    for tool in lock.tools.values():
        if tool.use == "plugin":
            if tool.name not in all_tools:
                all_tools[tool.name] = Found(
                    tool.name, tool.version, write_docker_stand_in(checkout), ORIGINS["stand-in"]
                )
            plugins[plugin_folder(tool)] = all_tools[tool.name].path
    link_tracked_plugins(checkout, plugins)
    stands_in = any(tool.origin == ORIGINS["stand-in"] for tool in all_tools.values())
    for name in _commands(all_tools):
        link(checkout.venv / "bin" / name, tools[name].path)
    script = wrapper.text(
        checkout,
        pulumi.path,
        downloads=not stands_in,
        language_host=None if host.is_bundled else language_host.plugin_folder(pulumi.version),
    )
    write_executable(checkout.venv / "bin" / "pulumi", script)
    git_filter.define(checkout, runner)
    return Installed(all_tools, plugins, _files(checkout, all_tools, plugins))


def _commands(tools: Mapping[str, Found]) -> list[str]:
    """Return the commands to link beside the environment's Python; some stacks lack some."""
    return [name for name in ("kind", "kubectl", "minikube") if name in tools]


def _files(
    checkout: Checkout, tools: Mapping[str, Found], plugins: Mapping[str, Path]
) -> tuple[Path, ...]:
    """Return the files whose change makes a later set-up run again."""
    return (
        checkout.python,
        checkout.passphrase,
        checkout.state,
        *(checkout.venv / "bin" / name for name in ("pulumi", *_commands(tools))),
        *(tool.path for tool in tools.values()),
        *(checkout.home / "plugins" / folder / path.name for folder, path in plugins.items()),
    )
