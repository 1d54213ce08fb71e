"""Pulumi.yaml: the project's name, the folder of its stack files, and configuration for all stacks.

https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-attribute
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from .config_paths import has_path, with_path
from .configuration import full_key, json_value, text_keys, within
from .model import SettingsError
from .yaml import Mapping, YAMLError, read

_FILE = "Pulumi.yaml"


@dataclass(frozen=True)
class ProjectFile:
    """The content of Pulumi.yaml that stacks depend on."""

    name: str
    """Name of the project; empty if the file gives none."""

    folder: Path
    """Folder of the stack files."""

    declared: Mapping
    """Configuration by key: a value for all stacks, or a mapping that declares one."""

    @classmethod
    def read(cls, root: Path) -> Self:
        """Return the content of the file in the folder `root`.

        Raises SettingsError for a file that cannot be read.
        """
        try:
            document = text_keys(read((root / _FILE).read_bytes()), "the file")
            config: Any = document.get("config")
            # Pulumi's first versions had the folder under `config`.
            folder = config if isinstance(config, str) else document.get("stackConfigDir", ".")
            declared = {} if isinstance(config, str) else text_keys(config, "config")
        except (OSError, YAMLError) as error:
            raise SettingsError(f"{_FILE} cannot be read: {error}") from None
        name = document.get("name", "")
        return cls(name if isinstance(name, str) else "", root / str(folder), declared)

    def stack_file(self, stack: object) -> Path:
        """Return the path of a stack's file."""
        return self.folder / f"Pulumi.{stack}.yaml"

    def completed(self, config: Mapping, stack: str) -> Mapping:
        """Return a stack's configuration with the project's for keys that the stack leaves out.

        As in Pulumi, a value is taken whole, and mappings are merged only where a key is a path
        such as `app.port`. Raises SettingsError for a key that the project requires and the stack
        does not set.
        """
        values, missing = dict(config), list[str]()
        try:
            for key in sorted(self.declared):
                name = full_key(key, self.name)
                if has_path(values, name):
                    continue
                if (value := self._default(key, name)) is not None:
                    values = with_path(values, name, value)
                elif self._owns(name):
                    missing.append(name)
        except YAMLError as error:
            raise SettingsError(f"{_FILE}: {error}") from None
        if missing:
            raise SettingsError(
                f"{self.stack_file(stack).name}: {', '.join(missing)}: required by {_FILE} and not "
                f"set; e.g. `pulumi config set {missing[0]} VALUE`"
            )
        return values

    def _owns(self, name: str) -> bool:
        return name.startswith(f"{self.name}:")

    def _default(self, key: str, name: str) -> Any:
        """Return the value of a declaration; None if it has none."""
        declared: Any = self.declared[key]
        if isinstance(declared, str | int | list):
            value = cast("Any", declared)
        else:
            definition = text_keys(declared, f"config: {key}")
            if not self._owns(name) and "value" not in definition:
                raise YAMLError(f"config: {key} is not the project's own and needs a `value`")
            value = definition.get("default", definition.get("value"))
        return within(json_value(value, f"config: {key}", in_project=True))
