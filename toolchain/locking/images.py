"""The digest of a published image, as its registry serves it now.

https://distribution.github.io/distribution/spec/api/ and .../spec/auth/token/ have the protocol.
"""

import hashlib
import json
import re
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from toolchain.tools.transfer import TransferError

_SECONDS = 30.0
_LOGIN_REQUIRED = 401
# Those of several platforms first: a digest of one platform's image is of no use on another.
_ACCEPTED = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


def published_digest(registry: str, reference: str) -> str:
    """Return the digest of a reference such as `docker.io/kindest/node:v1.35.0`.

    ``registry`` is the address of its registry's API, which ends in `/v2/`. Raises TransferError
    where that cannot be asked or does not have the image.
    """
    repository, _, tag = reference.partition("/")[2].rpartition(":")
    url = f"{registry}{repository}/manifests/{tag}"
    try:
        try:
            manifest = _get(url, {"Accept": _ACCEPTED})
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != _LOGIN_REQUIRED:
                raise
            token = _token(error.headers.get("WWW-Authenticate", ""))
            manifest = _get(url, {"Accept": _ACCEPTED, "Authorization": f"Bearer {token}"})
    except (OSError, HTTPException, ValueError, KeyError) as error:
        raise TransferError(f"{url}: {error}") from error
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


def _token(challenge: str) -> str:
    """Return a token for everybody, as the challenge of a registry asks for."""
    words = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    query = urlencode({key: words[key] for key in ("service", "scope") if key in words})
    answer: dict[str, Any] = json.loads(_get(f"{words['realm']}?{query}", {}))
    return str(answer.get("token") or answer["access_token"])


def _get(url: str, headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=_SECONDS) as response:
        content: bytes = response.read()
    return content
