"""Copies of a kubeconfig that Pulumi's Kubernetes plugin leaves behind.

For Helm, the plugin writes the kubeconfig of each provider into the folder for temporary files,
with the keys in it, and never removes it. So the program does, as it ends.
"""

import atexit
import contextlib
import functools
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pulumi
import yaml

_NAME = re.compile(r"kubeconfig\d+")
"""Name that Go gives to a temporary file called `kubeconfig`."""
_CREDENTIALS = ("client-key-data", "password", "token")

_known: set[str] = set()


def remove_copies_at_end(kubeconfig: pulumi.Output[str]) -> None:
    """Let this process remove the copies of a kubeconfig when it ends."""
    _register()

    def note(text: str) -> None:
        _known.add(text)

    kubeconfig.apply(note)


@functools.cache
def _register() -> None:
    atexit.register(lambda: remove_copies(_known))


def remove_copies(kubeconfigs: Iterable[str]) -> None:
    """Remove the plugin's files, owned by this user, that have the credentials of a kubeconfig."""
    files = list(_files())
    if not files:
        return
    secrets = {each for text in kubeconfigs for each in _credentials(text)}
    for file in files:
        with contextlib.suppress(OSError, UnicodeError):
            text = file.read_text(encoding="utf-8")
            if any(secret in text for secret in secrets):
                file.unlink()


def _files() -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            is_named = _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            if is_named and entry.stat(follow_symlinks=False).st_uid == os.getuid():
                yield Path(entry.path)


def _credentials(kubeconfig: str) -> Iterator[str]:
    with contextlib.suppress(yaml.YAMLError, TypeError, AttributeError):
        content: Mapping[str, list[Mapping[str, Mapping[str, str]]]] = yaml.safe_load(kubeconfig)
        for entry in content.get("users") or []:
            user = entry.get("user") or {}
            yield from (str(user[key]) for key in _CREDENTIALS if user.get(key))
