"""The paths of objects, as the API server says which kinds it has.

https://kubernetes.io/docs/reference/using-api/api-concepts/#api-discovery
"""

import contextlib
import time
from typing import Any, cast

from ...k8s.api import Api, ApiError
from ...k8s.objects import Manifest

_MISSING = 404
_INVALID = 422
_SERVED_SECONDS = 15.0
_PAUSE_SECONDS = 0.05


class Kinds:
    """The kinds of one API server, each version of a group asked for once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, dict[str, Any]] = {}

    def path(self, manifest: Manifest) -> str:
        """Return the path of an object.  Raises ApiError for a kind that the server does not have.

        Without a namespace, an object of a kind in namespaces is in `default`.
        """
        name = _text(manifest, "name")
        if not name:
            raise ApiError(_INVALID, "Invalid", "metadata.name: Required value")
        return f"{self.collection(manifest)}/{name}"

    def collection(self, manifest: Manifest) -> str:
        """Return the path of the objects of the same kind and namespace.  Raises ApiError."""
        version, kind = manifest.get("apiVersion"), manifest.get("kind")
        if not isinstance(version, str) or not isinstance(kind, str):
            raise ApiError(_INVALID, "Invalid", "apiVersion and kind: Required values")
        root = f"/{'apis' if '/' in version else 'api'}/{version}"
        try:
            found = self._resource(root, kind)
        except ApiError as error:
            if error.status != _MISSING:
                raise
            found = None
        if found is None:
            self._known.pop(root, None)
            raise ApiError(_MISSING, "NotFound", f"the server has no kind {kind} in {version}")
        if not found["namespaced"]:
            return f"{root}/{found['name']}"
        namespace = _text(manifest, "namespace") or "default"
        return f"{root}/namespaces/{namespace}/{found['name']}"

    def wait_for(self, definition: Manifest) -> None:
        """Wait until the kind of a CustomResourceDefinition is served.

        Raises ApiError when it is not within 15 s.
        """
        spec = definition["spec"]
        (version, *_) = (each["name"] for each in spec["versions"] if each["served"])
        root = f"/apis/{spec['group']}/{version}"
        until = time.monotonic() + _SERVED_SECONDS
        while True:
            self._known.pop(root, None)
            with contextlib.suppress(ApiError):
                if self._resource(root, spec["names"]["kind"]) is not None:
                    return
            if time.monotonic() > until:
                raise ApiError(_MISSING, "NotFound", f"{root} is not served")
            time.sleep(_PAUSE_SECONDS)

    def _resource(self, root: str, kind: str) -> dict[str, Any] | None:
        if root not in self._known:
            listed = self._api.get(root)["resources"]
            self._known[root] = {each["kind"]: each for each in listed if "/" not in each["name"]}
        return self._known[root].get(kind)


def _text(manifest: Manifest, key: str) -> str:
    """Return a text of the metadata; an empty one for what has none.  Raises ApiError."""
    metadata: Any = manifest.get("metadata", {})
    value = cast("dict[str, Any]", metadata).get(key, "") if isinstance(metadata, dict) else None
    if not isinstance(value, str):
        raise ApiError(_INVALID, "Invalid", f"metadata.{key}: must be a text")
    return value
