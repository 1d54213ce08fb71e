"""The mirror map from published images to those made here.

kind's load balancer is not in it: it has the published name, which kind cannot change.
"""

from toolchain.images import node, nodejs, registry


def _local(reference: str) -> str:
    """Return a reference as Docker shows it."""
    return reference.removeprefix("docker.io/")


MIRRORS = {
    "docker.io/kindest/node:v1.35.0": _local(node.REFERENCE),
    "docker.io/library/registry:2.8.3": _local(registry.REFERENCE),
    "docker.io/library/node:22-bookworm-slim": _local(nodejs.REFERENCE),
}
# A frontend of a Dockerfile would be pulled; this value stands for the one inside Docker.
_FRONTEND = {"docker.io/docker/dockerfile": "builtin"}


def text() -> str:
    """Return the mirror map (YAML) for a machine that reaches no image registry."""
    entries = "".join(
        f"  {published}: {made}\n" for published, made in (MIRRORS | _FRONTEND).items()
    )
    return f"# Written by `make setup`: images that were made on this machine.\nimages:\n{entries}"
