"""Names for what the program leaves unnamed."""

import secrets

_HEX_DIGITS = 7


def automatic_name(logical_name: str, proposal: str | None) -> str:
    """Return the engine's proposal if it made one, else `<logical name>-<7 hex digits>`."""
    if proposal:
        return proposal
    return f"{logical_name}-{secrets.token_hex(_HEX_DIGITS)[:_HEX_DIGITS]}"
