"""The folder of the state and its passphrase."""

import os
import secrets

from toolchain.cache import remove
from toolchain.errors import ToolchainError
from toolchain.places import Checkout

_PASSPHRASE_BYTES = 32


def make_state(checkout: Checkout) -> None:
    """Make the folder of the state, and once its passphrase, readable by this user only.

    Raises ToolchainError when there are stacks but the passphrase that opens them is gone.
    """
    checkout.private.mkdir(mode=0o700, exist_ok=True)
    checkout.state.mkdir(exist_ok=True)
    if checkout.passphrase.exists():
        return
    stacks = checkout.state / ".pulumi" / "stacks"
    if any(path.suffix == ".json" for path in stacks.rglob("*")):
        raise ToolchainError(
            f"{checkout.passphrase} is gone, and it opens the secrets of the stacks in "
            f"{checkout.state}",
            "restore the file; if the stacks are no longer needed, remove that folder "
            "and run `make setup` again",
        )
    fresh = checkout.passphrase.with_name(f".passphrase.{os.getpid()}")
    remove(fresh)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{secrets.token_urlsafe(_PASSPHRASE_BYTES)}\n")
    try:
        # Unlike a rename this never replaces the one that another set-up wrote just now.
        os.link(fresh, checkout.passphrase)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
