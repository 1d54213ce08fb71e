"""The salt of a stack file, without which nobody can decrypt the secrets in it.

Where it is missing, Pulumi writes a new one, with which the values that already exist cannot
be decrypted any more. An earlier Git filter left it out of what Git keeps.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from commands.errors import CommandError
from commands.stack import Stack

_SALT = re.compile(r"^encryptionsalt: *(\S+) *$", re.MULTILINE)
_SECURE = re.compile(r"""secure["']?: *["']?v\d+:""")
_KEY = re.compile(r"^(secretsprovider|encryptedkey):", re.MULTILINE)


def restore(stack: Stack) -> None:
    """Put the missing salt of a stack file with secrets back, from the state or from a copy.

    Keeps a copy of the salt that is there. Raises CommandError where no known salt decrypts the
    secrets, before Pulumi writes a new one.
    """
    text = stack.file.read_text(encoding="utf-8")
    if not _SECURE.search(text) or _KEY.search(text):
        return
    if salt := _SALT.search(text):
        _keep(stack, salt[1])
        return
    exists = stack.exists()
    salts = dict.fromkeys(_known(stack, stack.state() if exists else {}))
    for salt in salts:
        stack.file.write_text(f"encryptionsalt: {salt}\n{text}", encoding="utf-8")
        if _decrypts(stack, exists=exists):
            print(f"{stack.file} had lost its encryptionsalt; it was put back", flush=True)
            _keep(stack, salt)
            return
        stack.file.write_text(text, encoding="utf-8")
    known = f"{len(salts)} known, which do not decrypt them" if salts else "none is known"
    raise CommandError(
        f"{stack.file} has encrypted values but no encryptionsalt ({known}), and with the new one "
        "that Pulumi would write they could never be decrypted",
        "put the line `encryptionsalt: …` back from the checkout that encrypted them, with its "
        "passphrase in PULUMI_CONFIG_PASSPHRASE; or remove the values and set each again: "
        f"`pulumi config set --secret --stack {stack.name} KEY`",
    )


def _known(stack: Stack, state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the salts of the state and of the copies, the likeliest first."""
    deployment: dict[str, Any] = state.get("deployment") or {}
    provider: dict[str, Any] = deployment.get("secrets_providers") or {}
    if provider.get("type") == "passphrase":
        yield str(provider["state"]["salt"])
    yield from reversed(_kept(_copies(stack)))


def _decrypts(stack: Stack, *, exists: bool) -> bool:
    """Return whether the secrets of the stack file decrypt with the salt that it has now."""
    try:
        if not exists:
            stack.select()
        stack.read_config()
    except CommandError:
        return False
    return True


def _keep(stack: Stack, salt: str) -> None:
    """Add a salt to the copies, which are in the order of their last use."""
    file = _copies(stack)
    salts = [*(known for known in _kept(file) if known != salt), salt]
    if salts != _kept(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{known}\n" for known in salts), encoding="utf-8")


def _kept(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _copies(stack: Stack) -> Path:
    return stack.checkout.root / ".slipway" / "salts" / stack.name
