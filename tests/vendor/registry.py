"""An image registry as Docker Hub is one: tokens, manifests, and blobs at another host.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
https://distribution.github.io/distribution/spec/auth/token/
"""

import json
import re

from tests.vendor.published_images import Repositories
from tests.vendor.served import Redirect, Served, of_bytes

REGISTRY, TOKENS, BLOBS = (
    "registry-1.docker.io",
    "auth.docker.io",
    "production.cloudflare.docker.com",
)
_TOKEN = "a-token-for-pulling"
_PATH = re.compile(r"^/v2/(?P<repository>[a-z0-9/._-]+)/(?P<what>manifests|blobs)/(?P<name>[^/]+)$")


class Challenge:
    """The answer to a request without a token: where to get one."""

    def __init__(self, repository: str | None) -> None:
        scope = f',scope="repository:{repository}:pull"' if repository else ""
        self.header = f'Bearer realm="https://{TOKENS}/token",service="registry.docker.io"{scope}'


class ImageRegistry:
    """The registry's three hosts, for reading only and without logins."""

    def __init__(self, images: Repositories) -> None:
        self.images = images

    def answer(
        self, host: str, path: str, authorization: str | None
    ) -> Served | Redirect | Challenge | None:
        """Return what is at a path of one of the hosts; None if there is nothing."""
        if host == TOKENS:
            document = json.dumps({"token": _TOKEN, "expires_in": 300}).encode()
            return of_bytes(document, "application/json") if path == "/token" else None
        if host == BLOBS:
            return self.images.blobs.get(path.rpartition("/")[2])
        match = _PATH.match(path)
        if authorization != f"Bearer {_TOKEN}":
            return Challenge(match["repository"] if match else None)
        if match is None:
            return of_bytes(b"{}", "application/json") if path == "/v2/" else None
        if match["what"] == "manifests":
            return self.images.manifests.get((match["repository"], match["name"]))
        blob = self.images.blobs.get(match["name"])
        return Redirect(f"https://{BLOBS}/data/{blob.digest}") if blob else None
