"""A cluster's API that holds objects by their paths, and what was asked of it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from components.k8s.api import Api, ApiError, path_of
from components.k8s.objects import Manifest


class ApiDouble(Api):
    """Serves what `objects` has; `react` may change an applied object, as controllers do."""

    def __init__(self, *objects: Manifest) -> None:
        self.objects: dict[str, Manifest] = {path_of(each): each for each in objects}
        self.lists: dict[str, list[Manifest]] = {}
        self.texts: dict[str, str] = {}
        self.applied: list[Manifest] = []
        self.managers: list[str] = []
        self.deleted: list[str] = []
        self.refuse: Callable[[Manifest], ApiError | None] = lambda _manifest: None
        self.react: Callable[[Manifest], Manifest] = lambda manifest: manifest

    def get(self, path: str, **query: str) -> dict[str, Any]:
        if path in self.lists:
            return {"items": deepcopy(self.lists[path])}
        if path not in self.objects:
            raise ApiError(404, "NotFound", f"{path} not found")
        return deepcopy(self.objects[path])

    def text(self, path: str, **query: str) -> str:
        words = "&".join(f"{key}={value}" for key, value in sorted(query.items()))
        if f"{path}?{words}" not in self.texts:
            raise ApiError(400, "BadRequest", "no such log")
        return self.texts[f"{path}?{words}"]

    def apply(
        self,
        manifest: Mapping[str, Any],
        manager: str,
        *,
        dry_run: bool = False,
        path: str | None = None,
        strict: bool = False,
    ) -> dict[str, Any]:
        assert path is None, "the double knows objects in namespaces only"
        assert not strict
        version = deepcopy(dict(manifest))
        if error := self.refuse(version):
            raise error
        if not dry_run:
            self.applied.append(version)
            self.managers.append(manager)
            self.objects[path_of(version)] = self.react(version)
        return version

    def delete(self, path: str, options: Mapping[str, Any] | None = None) -> None:
        self.deleted.append(path)
        self.objects.pop(path, None)
