"""The request for a token that lets pull.

https://distribution.github.io/distribution/spec/auth/token/ for a user or nobody, and
https://distribution.github.io/distribution/spec/auth/oauth/ for an identity token.
"""

import urllib.parse
import urllib.request
from collections.abc import Mapping

from .login import Login

_CLIENT = "docker"
"""Name of the client, which the servers expect of those that use Docker's logins."""


def token_request(
    challenge: Mapping[str, str], repository: str, login: Login | None
) -> urllib.request.Request:
    """Return the request that a registry's challenge (`realm`, `service`) asks for.

    An identity token is a refresh token, as for Docker; a user goes in a header.
    """
    query = {"scope": f"repository:{repository}:pull"}
    query |= {"service": challenge["service"]} if "service" in challenge else {}
    realm = challenge["realm"]
    if login and login.identity_token:
        form = {
            "grant_type": "refresh_token",
            "client_id": _CLIENT,
            "refresh_token": login.identity_token,
            **query,
        }
        return urllib.request.Request(realm, urllib.parse.urlencode(form).encode())
    request = urllib.request.Request(f"{realm}?{urllib.parse.urlencode(query)}")
    if login and login.basic:
        request.add_unredirected_header("Authorization", login.basic)
    return request
