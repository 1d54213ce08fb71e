"""Errors of set-up in words: a full disk, a registry out of reach."""

import errno

from toolchain.errors import ToolchainError

_DISK_FULL = ("no space left on device", "disk quota exceeded")
_OFFLINE = (
    "no such host",
    "name resolution",
    "name or service not known",
    "failed to lookup address",
    "connection refused",
    "network is unreachable",
    "proxyconnect",
    "cannot connect to proxy",
    "i/o timeout",
    "tunnel error",
    "dns error",
    "temporary failure resolving",
    "could not resolve",
    "could not connect",
    "connection timed out",
)


def explain(error: Exception, title: str, cache: object) -> ToolchainError:
    """Return the error to show for the failure of a step with this title."""
    text = str(error).lower()
    if _is_disk_full(error) or any(sign in text for sign in _DISK_FULL):
        return ToolchainError(
            f"the disk is full ({title}); what is finished stays in {cache}",
            "free some space, or name a folder on a larger disk with SLIPWAY_CACHE, "
            "then run `make setup` again",
        )
    if is_offline(error):
        detail = error.message if isinstance(error, ToolchainError) else str(error)
        return ToolchainError(
            f"a package registry cannot be reached ({title}): {detail}",
            "check the network connection and the proxy settings (HTTPS_PROXY), "
            "then run `make setup` again: it continues from here",
        )
    if isinstance(error, ToolchainError):
        return error
    if isinstance(error, OSError):
        return ToolchainError(
            f"{title} failed: {error}", "fix what the message names, then run `make setup` again"
        )
    raise error


def is_offline(error: Exception) -> bool:
    """Return whether an error is that of a host out of reach."""
    text = str(error).lower()
    return any(sign in text for sign in _OFFLINE)


def _is_disk_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
