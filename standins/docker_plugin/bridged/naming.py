"""Names for what the program leaves unnamed."""

import secrets
from dataclasses import dataclass

from standins.docker_plugin.errors import PluginError

_HEX_DIGITS = 7


@dataclass(frozen=True)
class Naming:
    """The naming rule of the project for resources without a name.

    Inputs: Pulumi's proposal if it made one, and whether automatic names are turned off.
    """

    proposal: str | None = None
    is_disabled: bool = False

    def name(self, logical_name: str) -> str:
        """Return the proposal, else `<logical name>-<7 hex digits>`.

        Raises PluginError where the project turned automatic names off.
        """
        if self.is_disabled:
            raise PluginError(
                f"{logical_name} has no `name`, and automatic names are turned off for this"
                " project; give it one"
            )
        return self.proposal or f"{logical_name}-{secrets.token_hex(_HEX_DIGITS)[:_HEX_DIGITS]}"
