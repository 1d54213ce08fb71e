"""LockFile: what an update looked up, in a file beside the stack's."""

from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from .dynamic import LocalProvider, Properties, without_provider

_HEAD = "# What the last `pulumi up` looked up, so that `make render` needs no network.\n"


class LockFileProvider(LocalProvider):
    """Writes the file; `diff` looks whether it says what it should."""

    def create(self, props: Properties) -> CreateResult:
        _write(props)
        return CreateResult(props["path"], without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or _read(_news["path"]) != _whole(_news["content"]))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        if _olds["path"] != _news["path"]:
            Path(_olds["path"]).unlink(missing_ok=True)
        _write(_news)
        return UpdateResult(without_provider(_news))

    def delete(self, _id: str, _props: Properties) -> None:
        Path(_props["path"]).unlink(missing_ok=True)


def _write(props: Properties) -> None:
    text = _HEAD + yaml.safe_dump(_whole(props["content"]), sort_keys=True)
    Path(props["path"]).write_text(text)


def _read(path: str) -> Any:
    try:
        return yaml.safe_load(Path(path).read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _whole(value: Any) -> Any:
    """Pulumi's numbers are all floats; what is in the file are whole ones."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return int(value) if isinstance(value, float) else value


class LockFile(Resource, module="slipway", name="LockFile"):
    """The file at `path`, relative to Pulumi.yaml, with `content` as YAML."""

    def __init__(
        self,
        name: str,
        *,
        path: str,
        content: pulumi.Input[dict[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {"path": path, "content": content}
        super().__init__(LockFileProvider(), name, inputs, opts)
