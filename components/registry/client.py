"""Client of an image registry, which asks what `docker pull` would ask.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import hashlib
import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, TypeVar, cast

from ..machine.proxies import opener
from ..machine.runner import LocalError
from .login import Login
from .reference import HUB
from .tokens import token_request

_T = TypeVar("_T")
_SECONDS = 5
_HUB_HOST = "registry-1.docker.io"
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPTED = ", ".join((*_INDEXES, *_MANIFESTS))
"""Media types of manifests, as a header names them."""


@dataclass(frozen=True)
class Manifest:
    """An image in a registry: its digest, and the platforms for which it is built."""

    digest: str
    platforms: tuple[str, ...]


class RegistryClient:
    """Asks one registry. As with Docker, only this machine's own addresses may do without TLS."""

    def __init__(self, registry: str, login: Login | None = None) -> None:
        self._host = _HUB_HOST if registry == HUB else registry
        self._login = login
        self._authorization: str | None = None
        self._base = f"https://{self._host}"
        self._context = ssl.create_default_context()
        if re.fullmatch(r"(localhost|127(\.\d+){3})(:\d+)?", registry):
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE
            if not self._speaks_tls():
                self._base = f"http://{self._host}"

    def manifest(self, repository: str, version: str) -> Manifest | None:
        """Return what the registry has under a tag or digest; None if it has nothing.

        Raises LocalError when it does not answer a request within 5 s, or refuses it.
        """
        return self._in_words(repository, lambda: self._manifest(repository, version))

    def digest(self, repository: str, version: str) -> str | None:
        """Return the digest under a tag or digest; None if the registry has nothing there.

        This is no pull for those that limit pulls, as Docker Hub does. Raises as `manifest` does.
        """
        return self._in_words(repository, lambda: self._digest(repository, version))

    def has(self, repository: str, digest: str) -> bool:
        """Return whether an image can be pulled by its digest. Raises as `manifest` does."""

        def head() -> bool:
            self._get(f"{repository}/manifests/{digest}", repository, "HEAD").close()
            return True

        return bool(self._in_words(repository, head))

    def user(self, repository: str, digest: str) -> str | None:
        """Return the user of an image, as its Dockerfile's USER gives it: `1000:1000`, or empty.

        Of an index, that of its first image; None if the image is missing. Raises as `manifest`
        does.
        """
        return self._in_words(repository, lambda: self._user(repository, digest))

    def _user(self, repository: str, digest: str) -> str:
        document = self._document(f"{repository}/manifests/{digest}", repository)
        if "manifests" in document:
            return self._user(repository, document["manifests"][0]["digest"])
        config = f"{repository}/blobs/{document['config']['digest']}"
        return self._document(config, repository).get("config", {}).get("User") or ""

    def _digest(self, repository: str, version: str) -> str:
        with self._get(f"{repository}/manifests/{version}", repository, "HEAD") as answer:
            named = answer.headers.get("Docker-Content-Digest")
        # The header is optional.
        return named or self._manifest(repository, version).digest

    def _document(self, path: str, repository: str) -> dict[str, Any]:
        with self._get(path, repository) as answer:
            return json.load(answer)

    def _manifest(self, repository: str, version: str) -> Manifest:
        with self._get(f"{repository}/manifests/{version}", repository) as answer:
            body = answer.read()
            kind = answer.headers.get_content_type()
        document: dict[str, Any] = json.loads(body)
        if kind in _INDEXES:
            infos = [entry.get("platform", {}) for entry in document["manifests"]]
        else:
            config = f"{repository}/blobs/{document['config']['digest']}"
            with self._get(config, repository) as answer:
                infos = [json.load(answer)]
        known = {f"{info['os']}/{info['architecture']}" for info in infos if "os" in info}
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        return Manifest(digest, tuple(sorted(known - {"unknown/unknown"})))

    def _in_words(self, repository: str, request: Callable[[], _T]) -> _T | None:
        """Return the result of a request; None for HTTP 404. Other errors become messages."""
        try:
            return request()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise self._refusal(repository, error.code) from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise LocalError(f"the registry {self._host} does not answer: {reason}") from None

    def _speaks_tls(self) -> bool:
        try:
            self._open(urllib.request.Request(f"{self._base}/v2/", method="HEAD")).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _get(self, path: str, repository: str, method: str = "GET") -> HTTPResponse:
        request = urllib.request.Request(f"{self._base}/v2/{path}", method=method)
        request.add_header("Accept", ACCEPTED)
        if self._authorization:
            # Not redirected: blobs are often elsewhere, where the header would be an error.
            request.add_unredirected_header("Authorization", self._authorization)
        try:
            return self._open(request)
        except urllib.error.HTTPError as error:
            challenge = error.headers.get("WWW-Authenticate", "")
            if error.code != 401 or self._authorization or not challenge:
                raise
            self._authorization = self._authorized(challenge, repository)
            if not self._authorization:
                raise
        return self._get(path, repository, method)

    def _authorized(self, challenge: str, repository: str) -> str | None:
        """Return the Authorization header that answers a WWW-Authenticate header."""
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() != "bearer":
            return self._login.basic if self._login else None
        fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        try:
            with self._open(token_request(fields, repository, self._login)) as answer:
                tokens: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 400:  # RFC 6749: of an identity token that has expired
                error.code = 401
            raise
        return f"Bearer {tokens.get('token') or tokens['access_token']}"

    def _open(self, request: urllib.request.Request) -> HTTPResponse:
        handler = urllib.request.HTTPSHandler(context=self._context)
        response = opener(request.full_url, handler).open(request, timeout=_SECONDS)
        return cast("HTTPResponse", response)

    def _refusal(self, repository: str, code: int) -> LocalError:
        host = self._host
        if code in (401, 403):
            return LocalError(
                f"the registry {host} does not let this login pull {repository} (HTTP {code}): it "
                "does not exist, or is private",
                details=self._login.problem if self._login else "",
                next_step=f"`docker login {host}` with a user who may pull it",
            )
        if code == 429:
            return LocalError(
                f"the registry {host} limits the requests from here (HTTP 429)",
                next_step="try again later",
            )
        return LocalError(f"the registry {host} answers HTTP {code} for {repository}")
