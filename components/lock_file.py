"""LockFile: what an update looked up, in a file beside the stack's."""

from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.dynamic import Resource

from .dynamic import REPLACED_BY_DELETION, DynamicProvider, Inputs, Properties
from .settings.yaml import YAMLError, read

_HEAD = "# What the last `pulumi up` looked up, so that `make render` needs no network.\n"


class _Inputs(Inputs):
    path: Path
    content: dict[str, Any]


class LockFileProvider(DynamicProvider[_Inputs]):
    """Writes the file, and writes it again when its content is another."""

    inputs = _Inputs

    def identify(self, news: _Inputs) -> str:
        return str(news.path)

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        if olds and olds.path != news.path:
            olds.path.unlink(missing_ok=True)
        news.path.write_text(
            _HEAD + yaml.safe_dump(_whole(news.content), sort_keys=True), encoding="utf-8"
        )
        return {}

    def is_current(self, news: _Inputs, olds: _Inputs) -> bool:
        return _read(news.path) == _whole(news.content)

    def remove(self, olds: _Inputs) -> None:
        olds.path.unlink(missing_ok=True)


def _read(path: Path) -> Any:
    try:
        return read(path.read_bytes())
    except (OSError, YAMLError):
        return None


def _whole(value: Any) -> Any:
    """Return a value with whole numbers, as in the file: Pulumi's are all floats."""
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
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
        opts = pulumi.ResourceOptions.merge(opts, REPLACED_BY_DELETION)
        super().__init__(LockFileProvider(), name, inputs, opts)
