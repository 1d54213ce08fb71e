"""What a stack file says under `slipway:`, on top of the file that it extends.

A stack file may name another one by `slipway:extends: base`, which is `Pulumi.base.yaml` beside
it. What both say is taken from the stack's own: mappings key by key, everything else as a whole.
Pulumi itself does not know of it: `pulumi config` shows the stack's own file.
"""

import json
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from .model import SettingsError

NAMESPACE = "slipway"

SECRETS = frozenset({"registryPassword"})
"""Keys that the target reads, as secrets; a model of plain values is no place for them."""

Mapping = dict[str, Any]


def stack_settings() -> tuple[Mapping, str]:
    """The settings of the stack that is being deployed, and how messages name their place.

    Raises SettingsError for a file that is extended and cannot be.
    """
    config = pulumi.Config(NAMESPACE)
    places = (key.partition(":") for key in pulumi.runtime.get_config_env())
    keys = {key for namespace, _, key in places if namespace == NAMESPACE} - SECRETS
    own = _own_file()
    settings = {key: _read_value(config, key, own.get(f"{NAMESPACE}:{key}")) for key in keys}
    where, seen = f"stack {pulumi.get_stack()}", [pulumi.get_stack()]
    while "extends" in settings:
        base = settings.pop("extends")
        if base in seen:
            raise SettingsError(
                f"{where}, {NAMESPACE}: extends: {' -> '.join([*seen, str(base)])} goes round; "
                "a file that is extended must not extend one of those before it"
            )
        seen.append(str(base))
        settings = _merged(_read(base, where), settings)
        where += f" with {_file_name(base)}"
    return settings, f"{where}, {NAMESPACE}"


def _value(text: str) -> Any:
    """A value of the configuration: Pulumi passes structured ones as JSON, others as they are."""
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except ValueError:
        return text


def _read_value(config: pulumi.Config, key: str, written: Any) -> Any:
    """A value with what is encrypted in the stack file as Pulumi secrets."""
    value = _value(config.require(key))
    if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}"):
        return value
    return _secret(value, written)


def _secret(value: Any, written: Any) -> Any:
    """`value` with secrets where the file, in which the same is `written`, has them."""
    if not _holds_secret(written):
        return value
    if isinstance(written, list):
        forms = cast("list[Any]", written)
        return [_secret(one, form) for one, form in zip(value, forms, strict=True)]
    if set(written) == {"secure"}:
        return pulumi.Output.secret(value)
    form = cast("Mapping", written)
    return {name: _secret(one, form.get(name)) for name, one in cast("Mapping", value).items()}


def _own_file() -> Mapping:
    """The stack's own file as it is written; empty where the configuration is from elsewhere."""
    try:
        document: Any = yaml.safe_load((_folder() / _file_name(pulumi.get_stack())).read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    config: Any = cast("Mapping", document).get("config") if isinstance(document, dict) else None
    return cast("Mapping", config) if isinstance(config, dict) else {}


def _merged(base: Mapping, own: Mapping) -> Mapping:
    if base.get("product", own.get("product")) != own.get("product", base.get("product")):
        return own  # another product has other settings
    return {**base, **{key: _chosen(base.get(key), value) for key, value in own.items()}}


def _chosen(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return _merged(cast("Mapping", base), cast("Mapping", own))
    return own


def _read(base: object, where: str) -> Mapping:
    """The settings of the file that is extended, without `slipway:`."""
    folder = _folder()
    path = folder / _file_name(base)
    if not isinstance(base, str) or not path.is_file():
        there = ", ".join(
            file.name.removeprefix("Pulumi.").removesuffix(".yaml")
            for file in sorted(folder.glob("Pulumi.?*.yaml"))
        )
        raise SettingsError(
            f"{where}, {NAMESPACE}: extends: {base!r} is not accepted: there is no {path.name} "
            f"among the stack files; there are: {there}"
        )
    try:
        document: Any = yaml.safe_load(path.read_text()) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from None
    config: Any = cast("Mapping", document).get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise SettingsError(f"{path.name} has no mapping `config`, so that nothing can extend it")
    return _of_ours(cast("Mapping", config), path.name)


def _of_ours(config: Mapping, file: str) -> Mapping:
    """The settings without their namespace; those of others and secrets are refused."""
    others = [key for key in config if not key.startswith(f"{NAMESPACE}:")]
    if others:
        raise SettingsError(
            f"{file}: {', '.join(others)}: Pulumi reads these from the stack's own file alone; "
            "set them there"
        )
    plain = {key.partition(":")[2]: value for key, value in config.items()}
    secrets = [key for key, value in plain.items() if key in SECRETS or _holds_secret(value)]
    if secrets:
        secret = f"{NAMESPACE}:{secrets[0]}"
        raise SettingsError(
            f"{file}: {secret} is a secret, encrypted with the key of one stack; a file that "
            f"others extend holds none: `pulumi config set --secret {secret}` in each stack"
        )
    return plain


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        inner = cast("Mapping", value)
        return set(inner) == {"secure"} or any(_holds_secret(one) for one in inner.values())
    return isinstance(value, list) and any(_holds_secret(one) for one in cast("list[Any]", value))


def _file_name(base: object) -> str:
    return f"Pulumi.{base}.yaml"


def lock_path(stack: str) -> str:
    """Where the facts of a stack are kept, relative to Pulumi.yaml."""
    return str((_folder() / f"{stack}.lock.yaml").relative_to(pulumi.get_root_directory()))


def _folder() -> Path:
    """The folder of the stack files: `stackConfigDir` of Pulumi.yaml, else the project's."""
    root = Path(pulumi.get_root_directory())
    project: Any = yaml.safe_load((root / "Pulumi.yaml").read_text())
    return root / str(project.get("stackConfigDir", "."))
