"""Choosing the language host and the host of dynamic providers for Pulumi."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.cache import remove
from toolchain.places import Checkout
from toolchain.setup.files import link
from toolchain.setup.launchers import write_language_host_stand_ins
from toolchain.setup.sources import ORIGINS
from toolchain.tools.found import LANGUAGE_HOST, Found, placed_plugin
from toolchain.tools.plugin_version import language_host_on_path

_DYNAMIC_HOST = "pulumi-resource-pulumi-python"
# The vendor's host looks for this on PATH first, and then beside itself.
_VENDORS_RUNNER = "pulumi-language-python-exec"


@dataclass(frozen=True)
class LanguageHost:
    """The program that serves Python programs to Pulumi.

    ``plugins`` maps plugin folders to what set-up must link there; with ``is_bundled`` all of
    it is beside the Pulumi executable, where Pulumi looks by itself.
    """

    found: Found
    plugins: Mapping[str, Path]
    is_bundled: bool


def provide(checkout: Checkout, pulumi: Found, path: str) -> LanguageHost:
    """Choose the host that belongs to this Pulumi and fill ``.slipway/bin`` with it.

    The vendor's is taken from beside Pulumi, from the plugin folder, or from ``path`` if it has
    Pulumi's version; a stand-in replaces what is missing.
    """
    folders = _plugin_folders(pulumi.version)
    remove(checkout.launchers)
    beside = pulumi.path.resolve().parent
    if (beside / LANGUAGE_HOST).is_file():
        origin = ORIGINS["release"] if pulumi.origin != "PATH" else "PATH"
        _link_all(checkout, {name: beside / name for name in (*folders, _VENDORS_RUNNER)})
        _remove_own_links(checkout, folders)
        return LanguageHost(
            Found(LANGUAGE_HOST, pulumi.version, beside / LANGUAGE_HOST, origin), {}, True
        )
    placed = {
        name: place
        for name, folder in folders.items()
        if (place := placed_plugin(checkout.home, folder, name))
    }
    host = placed.get(LANGUAGE_HOST) or language_host_on_path(pulumi.version, path)
    vendors = dict(placed)
    if host:
        vendors = {name: host.parent / name for name in (*folders, _VENDORS_RUNNER)} | vendors
        vendors[LANGUAGE_HOST] = host
    vendors = {name: place for name, place in vendors.items() if place.is_file()}
    stand_ins = {
        made.name: made
        for made in write_language_host_stand_ins(
            checkout.launchers, checkout.python, checkout.root
        )
    }
    _link_all(checkout, vendors)
    _remove_own_links(
        checkout, {name: folder for name, folder in folders.items() if name in vendors}
    )
    # Pulumi warns of plugins on PATH but not of those in its own folder.
    plugins = {folder: stand_ins[name] for name, folder in folders.items() if name not in vendors}
    if host:
        origin = str(checkout.home) if LANGUAGE_HOST in placed else "PATH"
        return LanguageHost(Found(LANGUAGE_HOST, pulumi.version, host, origin), plugins, False)
    stand_in = Found(LANGUAGE_HOST, "", stand_ins[LANGUAGE_HOST], ORIGINS["stand-in"])
    return LanguageHost(stand_in, plugins, False)


def plugin_folder(version: str) -> str:
    """Return the plugin folder of the language host for this version of Pulumi."""
    return _plugin_folders(version)[LANGUAGE_HOST]


def _plugin_folders(version: str) -> dict[str, str]:
    return {
        LANGUAGE_HOST: f"language-python-v{version}",
        _DYNAMIC_HOST: f"resource-pulumi-python-v{version}",
    }


def _link_all(checkout: Checkout, executables: Mapping[str, Path]) -> None:
    checkout.launchers.mkdir(parents=True, exist_ok=True)
    for name, place in executables.items():
        if place.is_file():
            link(checkout.launchers / name, place)


def _remove_own_links(checkout: Checkout, folders: Mapping[str, str]) -> None:
    for name, folder in folders.items():
        if not placed_plugin(checkout.home, folder, name):
            remove(checkout.home / "plugins" / folder)
