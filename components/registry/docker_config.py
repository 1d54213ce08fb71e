"""Logins in Docker's own configuration, as `docker pull` reads them.

https://docs.docker.com/reference/cli/docker/login/#credential-stores, and for the protocol of
credential helpers https://github.com/docker/docker-credential-helpers.
"""

import base64
import binascii
import json
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from ..machine.docker import config_file
from ..machine.runner import CommandError, LocalError, Runner
from .login import Login
from .reference import HUB

_HUB_KEY = "https://index.docker.io/v1/"
_HUB_HOSTS = ("index.docker.io", "docker.io", "registry-1.docker.io")
_TOKEN = "<token>"
_HELPER_SECONDS = 10
_NOT_FOUND = "credentials not found"
"""What a helper prints that works and has no login for a registry."""


def docker_login(registry: str, runner: Runner) -> Login | None:
    """Return the login that `docker pull` would use for a registry; None if there is none.

    A helper that is missing or fails is none either, as for Docker, which pulls public images
    nevertheless; the `problem` of the login then explains a refusal. Raises LocalError for a
    configuration that cannot be read.
    """
    path = config_file()
    if not path.is_file():
        return None
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        in_file = _of_entry(_entry(config.get("auths") or {}, registry))
    except (OSError, ValueError) as error:
        raise LocalError(f"Docker's configuration {path} cannot be read", details=error) from None
    key = config_key(registry)
    helpers: dict[str, str] = config.get("credHelpers") or {}
    helper: str = helpers.get(key) or config.get("credsStore") or ""
    if not helper:
        return in_file
    try:
        return _of_helper(helper, key, runner)
    except LocalError as error:
        problem = (
            f"the credential helper {helper}, which {path} names for {key}, gave no login: {error}"
        )
        return in_file or Login(problem=problem)  # Docker falls back on the file, too


def config_key(registry: str) -> str:
    """Return the name that Docker's configuration has for a registry."""
    return _HUB_KEY if registry == HUB else registry


def _entry(auths: Mapping[str, Any], registry: str) -> Mapping[str, Any]:
    """Return the entry of a registry, also under an address such as `https://host/v1/`."""
    key = next(_keys(auths, registry), None)
    return (auths[key] or {}) if key else {}


def _keys(auths: Mapping[str, Any], registry: str) -> Iterator[str]:
    exact = config_key(registry)
    hosts = _HUB_HOSTS if registry == HUB else (registry,)
    yield from (key for key in auths if key == exact)
    yield from (key for key in auths if _host(key) in hosts)


def _host(key: str) -> str:
    """Return the host, with its port, of an address by which earlier versions named a registry."""
    return key.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _of_entry(entry: Mapping[str, Any]) -> Login | None:
    """Return the login of an entry; what `auth` encodes comes before `username` and `password`.

    Raises ValueError for an `auth` that is none.
    """
    username, password = entry.get("username") or "", entry.get("password") or ""
    if entry.get("auth"):
        try:
            decoded = base64.b64decode(entry["auth"], validate=True).decode()
        except binascii.Error:
            raise ValueError("an entry of `auths` has an `auth` that is not base64") from None
        username, _, password = decoded.partition(":")
    login = Login(username, password.strip("\x00"), entry.get("identitytoken") or "")
    return login if login.username or login.identity_token else None


def _of_helper(helper: str, key: str, runner: Runner) -> Login | None:
    """Return the login that a helper has; None if it has none.  Raises LocalError."""
    command = f"docker-credential-{helper}"
    if shutil.which(command) is None:
        raise LocalError(f"there is no command {command} on PATH")
    try:
        shown = runner.run(command, "get", stdin=key, timeout=_HELPER_SECONDS)
    except CommandError as error:
        if _NOT_FOUND in error.output.lower():
            return None
        raise
    try:
        answer: dict[str, str] = json.loads(shown)
        username, secret = answer["Username"], answer["Secret"]
    except (ValueError, KeyError, TypeError):
        raise LocalError(f"what {command} printed is no login") from None
    if username == _TOKEN:
        return Login(identity_token=secret)
    return Login(username, secret) if username else None
