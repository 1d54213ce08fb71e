"""The `pulumi` of the checkout: the real one, with the checkout's plugins and state."""

import shlex
from pathlib import Path

from toolchain.places import Checkout
from toolchain.setup import docker_context, own_addresses

_BACKEND = Path(__file__).parents[1] / "backend.py"

# Every variable is set only where the user did not.
_TEXT = """\
#!/bin/sh
# Runs Pulumi with the plugins and the state of this checkout; written by `make setup`.
root={root}
# This file may be reached by links, and so may the environment; where they really are counts.
program=$0
while [ -L "$program" ]; do
    target=$(readlink -- "$program")
    case $target in
    /*) program=$target ;;
    *) program=$(dirname -- "$program")/$target ;;
    esac
done
here=$(dirname -- "$(CDPATH= cd -- "$(dirname -- "$program")/.." && pwd -P)")
# Not by name: where disks ignore case, as on macOS, a folder has several.
if ! [ "$here" -ef "$root" ]; then
    echo "error: this checkout was at $root when it was set up, and is at $here now" >&2
    echo "  next: make setup" >&2
    exit 1
fi
if [ ! -x {pulumi} ]; then
    echo "error:" {pulumi} "is gone, which set-up put there" >&2
    echo "  next: make setup" >&2
    exit 1
fi
{docker}{proxies}export PULUMI_HOME="${{PULUMI_HOME-$root/.slipway/pulumi}}"
if [ -z "${{PULUMI_BACKEND_URL+set}}" ]; then
    url=$("$root/.venv/bin/python" -I {backend} "$root" "$@") || exit 1
    if [ -n "$url" ]; then
        export PULUMI_BACKEND_URL="$url"
    fi
fi
if [ -z "${{PULUMI_CONFIG_PASSPHRASE+set}}${{PULUMI_CONFIG_PASSPHRASE_FILE+set}}" ]; then
    export PULUMI_CONFIG_PASSPHRASE_FILE="$root/.slipway/passphrase"
fi
export PULUMI_SKIP_UPDATE_CHECK="${{PULUMI_SKIP_UPDATE_CHECK-true}}"
{settings}export PATH="$root/.venv/bin:$PATH"
exec {pulumi} "$@"
"""
# Where plugins cannot be downloaded, trying to only delays the message that one is missing.
_NO_DOWNLOADS = (
    "export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="
    '"${PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION-true}"\n'
)

# Pulumi prefers what is on PATH, also another version's. It accepts a link to
# what lies beside it, and warns of other plugins on PATH: those are there only if they must be.
_BUNDLED = 'PATH="$root/.slipway/bin:$PATH"\n'
_NOT_BUNDLED = (
    'if [ ! -x "$PULUMI_HOME/plugins/{folder}/pulumi-language-python" ] ||\n'
    "    command -v pulumi-language-python >/dev/null ||\n"
    "    command -v pulumi-resource-pulumi-python >/dev/null; then\n"
    '    PATH="$root/.slipway/bin:$PATH"\n'
    "fi\n"
)


def text(checkout: Checkout, pulumi: Path, *, downloads: bool, language_host: str | None) -> str:
    """The script.

    ``downloads`` says whether plugins can be downloaded, ``language_host`` is the plugin folder
    of the language host, where that does not lie beside Pulumi.
    """
    settings = "" if downloads else _NO_DOWNLOADS
    settings += _NOT_BUNDLED.format(folder=language_host) if language_host else _BUNDLED
    return _TEXT.format(
        root=shlex.quote(str(checkout.root)),
        pulumi=shlex.quote(str(pulumi)),
        docker=docker_context.SCRIPT,
        proxies=own_addresses.SCRIPT,
        backend=shlex.quote(str(_BACKEND)),
        settings=settings,
    )
