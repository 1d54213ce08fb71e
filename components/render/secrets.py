"""Secrets and rendering: no file has a secret value, so each is refused with the way out."""

import shlex
from collections.abc import Iterable, Iterator

import pulumi

from ..app.args import AppArgs
from ..targets import AnyTargetArgs
from ..targets.cloud import CloudTargetArgs
from ..targets.cloud_registry import CloudRegistryArgs

WAY_OUT = (
    "a rendering has no secret values, as whoever reads its files would have them. Create the "
    "Secret in the cluster, e.g. with External Secrets, and name it in the settings instead"
)


def refused_secrets(name: str, args: AppArgs, path: str) -> Iterator[str]:
    """Yield a message for each setting of an application with secret values.

    `path` is that of its settings, for messages.
    """
    if args.secrets:
        yield _of_variables(name, f"{path}.secrets", args.secrets)
    containers = [("", args), *((f", container {each.name}", each) for each in args.all_sidecars)]
    containers += [(f", container {each.name}", each) for each in args.init]
    for where, container in containers:
        secret = [key for key, text in container.env.items() if isinstance(text, pulumi.Output)]
        if secret:
            yield _of_variables(name, f"{path}.env{where}", secret)
    if args.secret_files:
        first = next(iter(args.secret_files))
        folder = first.rpartition("/")[0] or "/etc/secret"
        yield (
            f"{path}.secretFiles: {', '.join(args.secret_files)}: {WAY_OUT}, as a volume with its "
            f"keys as files: secretVolumes: {{{folder}: {name}-files}}"
        )


def _of_variables(name: str, path: str, variables: Iterable[str]) -> str:
    names = list(variables)
    return (
        f"{path}: {', '.join(names)}: {WAY_OUT}: "
        f"envFrom: {{{names[0]}: {{secret: {name}, key: {names[0]}}}}}"
    )


def pull_secrets(target: AnyTargetArgs, namespaces: Iterable[str]) -> Iterator[str]:
    """Yield the message about each Secret with which nodes pull the images of a namespace."""
    if not isinstance(target, CloudTargetArgs):
        return
    registry = target.registry
    server = registry.repository.partition("/")[0]
    for namespace in namespaces:
        for name in registry.pull_secrets:
            words = [f"--namespace={namespace}", f"--docker-server={server}"]
            user = registry.pull_username or registry.username
            words.append(f"--docker-username={user or 'USER'}")
            yield (
                f"the Secret {name} in {namespace}, with which nodes pull the images; create it "
                f"there: kubectl create secret docker-registry {name} {shlex.join(words)} "
                f'--docker-password="${_password(registry)}"'
            )


def _password(registry: CloudRegistryArgs) -> str:
    """Return the variable with the password of the login that nodes pull with."""
    kind = "_PULL" if registry.pull_username else ""
    return f"SLIPWAY_REGISTRY{kind}_PASSWORD"
