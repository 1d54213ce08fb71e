"""Login: who asks a registry."""

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class Login:
    """A user of a registry, by password or by a token that stands for both; or neither, and why."""

    username: str = ""
    password: str = ""
    identity_token: str = ""
    """Token that is exchanged for one that pulls, as `az acr login` leaves it."""

    problem: str = ""
    """Why there is no login although Docker's configuration names one."""

    @property
    def encoded(self) -> str:
        """User and password as Docker's configuration has them."""
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    @property
    def basic(self) -> str | None:
        """The value of an Authorization header, RFC 7617; None without a user."""
        return f"Basic {self.encoded}" if self.username else None
