"""The settings of a stack file under `slipway:`, merged with the file that it extends.

A stack file may name another one by `slipway:extends: base`, which is `Pulumi.base.yaml` beside
it. The stack's own settings win: mappings are merged key by key, other values are replaced.
Pulumi itself does not know of it: `pulumi config` shows the stack's own file.
"""

import json
from pathlib import Path
from typing import Any, cast

import pulumi

from .configuration import holds_secret, is_secret, stack_configuration, text
from .model import SettingsError
from .project_file import ProjectFile
from .yaml import Mapping, YAMLError

NAMESPACE = "slipway"

SECRETS = frozenset({"registryPassword", "registryPullPassword"})
"""Keys that the target reads as secrets; models of plain values do not have them."""


def stack_settings() -> tuple[Mapping, str]:
    """Return the settings of the stack that is being deployed, and their place for messages.

    Raises SettingsError for a file that cannot be extended.
    """
    config = pulumi.Config(NAMESPACE)
    places = (key.partition(":") for key in pulumi.runtime.get_config_env())
    keys = {key for namespace, _, key in places if namespace == NAMESPACE} - SECRETS
    has_secrets = any(pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}") for key in keys)
    own = _own_file() if has_secrets else {}
    settings = {key: _read_value(config, key, own.get(f"{NAMESPACE}:{key}")) for key in keys}
    where, seen = f"stack {pulumi.get_stack()}", [pulumi.get_stack()]
    while "extends" in settings:
        base = settings.pop("extends")
        if base in seen:
            raise SettingsError(
                f"{where}, {NAMESPACE}: extends: {' -> '.join([*seen, str(base)])} is a circle; "
                "an extended file must not extend one of those before it"
            )
        seen.append(str(base))
        file = _project().stack_file(base)
        settings = _merged(_read(file, base, where), settings)
        where += f" with {file.name}"
    return settings, f"{where}, {NAMESPACE}"


def _value(text: str) -> Any:
    """Return a value of the configuration: Pulumi passes structured ones as JSON."""
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except ValueError:
        return text


def _read_value(config: pulumi.Config, key: str, written: Any) -> Any:
    """Return a value in which what the stack file encrypts is a Pulumi secret."""
    value = _value(config.require(key))
    if not pulumi.runtime.is_config_secret(f"{NAMESPACE}:{key}"):
        return value
    return _secret(value, written)


def _secret(value: Any, written: Any) -> Any:
    """Return `value` with secrets where the file, which has it as `written`, encrypts them."""
    if not holds_secret(written):
        return value
    if isinstance(written, list):
        forms = cast("list[Any]", written)
        return [_secret(inner, form) for inner, form in zip(value, forms, strict=True)]
    if is_secret(written):
        return pulumi.Output.secret(value)
    form = cast("Mapping", written)
    return {name: _secret(inner, form.get(name)) for name, inner in cast("Mapping", value).items()}


def _own_file() -> Mapping:
    """Return the stack's own file as written; empty if the configuration is from elsewhere."""
    try:
        content = _project().stack_file(pulumi.get_stack()).read_bytes()
        return stack_configuration(content, pulumi.get_project())
    except (OSError, SettingsError, YAMLError):
        return {}


def _merged(base: Mapping, own: Mapping) -> Mapping:
    if base.get("product", own.get("product")) != own.get("product", base.get("product")):
        return own  # another product has other settings
    return {**base, **{key: _chosen(base.get(key), value) for key, value in own.items()}}


def _chosen(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return _merged(cast("Mapping", base), cast("Mapping", own))
    return own


def _read(file: Path, base: object, where: str) -> Mapping:
    """Return the settings of the extended file, without `slipway:`, as if Pulumi had read it."""
    if not isinstance(base, str) or not file.is_file():
        names = ", ".join(
            each.name.removeprefix("Pulumi.").removesuffix(".yaml")
            for each in sorted(file.parent.glob("Pulumi.?*.yaml"))
        )
        raise SettingsError(
            f"{where}, {NAMESPACE}: extends: {base!r} is not accepted: there is no {file.name} "
            f"among the stack files, which are: {names}"
        )
    try:
        config = stack_configuration(file.read_bytes(), pulumi.get_project())
    except (OSError, YAMLError) as error:
        raise SettingsError(f"{file.name} cannot be read: {error}") from None
    if not config:
        raise SettingsError(
            f"{file.name} has nothing under `config`; a file that others extend needs settings"
        )
    plain = _without_namespace(config, file.name)
    return {key: _value(text(value)) for key, value in plain.items()}


def _without_namespace(config: Mapping, file: str) -> Mapping:
    """Return settings without their namespace.  Refuses secrets and settings of other programs."""
    others = [key for key in config if not key.startswith(f"{NAMESPACE}:")]
    if others:
        raise SettingsError(
            f"{file}: {', '.join(others)}: Pulumi reads these from the stack's own file alone; "
            "set them there"
        )
    plain = {key.partition(":")[2]: value for key, value in config.items()}
    secrets = [key for key, value in plain.items() if key in SECRETS or holds_secret(value)]
    if secrets:
        secret = f"{NAMESPACE}:{secrets[0]}"
        raise SettingsError(
            f"{file}: {secret} is a secret, encrypted with the key of one stack; a file that "
            f"others extend cannot have it: `pulumi config set --secret {secret}` in each stack"
        )
    return plain


def lock_path(stack: str) -> str:
    """Return the path of a stack's lock file, relative to Pulumi.yaml."""
    file = _project().folder / f"{stack}.lock.yaml"
    return str(file.relative_to(pulumi.get_root_directory()))


def _project() -> ProjectFile:
    return ProjectFile.read(Path(pulumi.get_root_directory()))
