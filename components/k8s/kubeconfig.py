"""The user's own kubeconfig: contexts are added and removed, the current one stays."""

import base64
import tempfile
from pathlib import Path
from typing import Any

import yaml

from ..machine.runner import CommandError, Runner


def add_context(runner: Runner, kubeconfig: str) -> None:
    """Add cluster, user and context of `kubeconfig` to the user's file (`$KUBECONFIG`).

    kubectl writes it, with its lock. The current context does not change: the user's next command
    would go to another cluster.
    """
    content: dict[str, Any] = yaml.safe_load(kubeconfig)
    cluster, user = content["clusters"][0], content["users"][0]["user"]
    context = content["contexts"][0]
    with tempfile.TemporaryDirectory() as folder:
        authority = _decoded(folder, "ca", cluster["cluster"]["certificate-authority-data"])
        certificate = _decoded(folder, "crt", user["client-certificate-data"])
        key = _decoded(folder, "key", user["client-key-data"])
        _config(
            runner,
            "set-cluster",
            cluster["name"],
            f"--server={cluster['cluster']['server']}",
            f"--certificate-authority={authority}",
            "--embed-certs=true",
        )
        _config(
            runner,
            "set-credentials",
            context["context"]["user"],
            f"--client-certificate={certificate}",
            f"--client-key={key}",
            "--embed-certs=true",
        )
    _config(
        runner,
        "set-context",
        context["name"],
        f"--cluster={cluster['name']}",
        f"--user={context['context']['user']}",
    )


def remove_context(runner: Runner, name: str) -> None:
    """Remove context, cluster and user called `name`; none of them has to exist."""
    for part in ("context", "cluster", "user"):
        try:
            _config(runner, f"delete-{part}", name)
        except CommandError as error:
            # kubectl reports "not in", "not found" or "no such file" when there is nothing to do.
            if not any(word in error.output for word in ("not in", "not found", "no such file")):
                raise


def _config(runner: Runner, *arguments: str) -> None:
    runner.run("kubectl", "config", *arguments)


def _decoded(folder: str, name: str, data: str) -> Path:
    path = Path(folder) / name
    path.touch(mode=0o600)
    path.write_bytes(base64.b64decode(data))
    return path
