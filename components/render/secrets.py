"""The Secrets that a rendered stack needs and that no file may hold."""

import shlex
from collections.abc import Iterable, Iterator

from ..targets import AnyTargetArgs
from ..targets.cloud import CloudTargetArgs
from ..targets.cloud_registry import CloudRegistryArgs


def application_secret(name: str) -> str:
    """Return the message about the Secret of an application."""
    return (
        f"the Secret {name}; a stack's secrets are encrypted, so create it in the cluster, e.g. "
        "with External Secrets"
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
