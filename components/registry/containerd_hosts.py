"""containerd's hosts.toml files in nodes: where the images of each registry are pulled from.

containerd reads them at each pull, so that a change needs no restart.
https://github.com/containerd/containerd/blob/main/docs/hosts.md
"""

import shlex
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ..machine.runner import Runner
from .node_access import registry_url

FOLDER = "/etc/containerd/certs.d"
_MARK = "# A mirror of the stack file."


def registry_files(host: str, container: str) -> dict[str, str]:
    """Return the file, by its path, with which nodes pull from the registry beside the cluster.

    `host` is the registry in images' names; nodes reach it by the name of its container.
    """
    return {_path(host): _registry_file(registry_url(container))}


def mirror_files(mirrors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the files of mirrors by path: the URLs of each registry host, in their order."""
    return {_path(host): _mirror_file(urls) for host, urls in mirrors.items()}


def write_files(runner: Runner, node: str, files: Mapping[str, str]) -> None:
    """Write files, by path, into a node.  Raises CommandError."""
    for path, text in files.items():
        script = f"mkdir -p {path.rpartition('/')[0]} && cat > {path}"
        runner.run("docker", "exec", "-i", node, "sh", "-c", script, stdin=text)


def remove_other_mirrors(runner: Runner, node: str, mirrors: Mapping[str, Sequence[str]]) -> None:
    """Remove the mirrors from a node that are none of these any more.  Raises CommandError."""
    runner.run("docker", "exec", node, "sh", "-c", removal(mirrors))


def removal(mirrors: Mapping[str, Sequence[str]]) -> str:
    """Return the script that removes, in a node, the mirrors that are none of these any more.

    A mark in the file identifies them, so that those of a run that was killed go too.
    """
    kept = "".join(f"{shlex.quote(host)}) continue ;; " for host in mirrors)
    mark = shlex.quote(_MARK)
    return (
        f"for file in {FOLDER}/*/hosts.toml; do folder=$(dirname $file); "
        f"case $(basename $folder) in {kept}esac; "
        f"if grep -qsF {mark} $file; then rm -r $folder; fi; done"
    )


def _path(host: str) -> str:
    return f"{FOLDER}/{host}/hosts.toml"


def _registry_file(url: str) -> str:
    # Without the line `server`, a missing image would be a refused connection to localhost.
    return f'server = "{url}"\n\n{_host(url)}'


def _mirror_file(urls: Sequence[str]) -> str:
    # Without a line `server`, the registry itself is asked last, wherever containerd has it.
    return "\n".join([_MARK, *map(_host, urls)])


def _host(url: str) -> str:
    lines = [f'[host."{url}"]', '  capabilities = ["pull", "resolve"]']
    if urlsplit(url).path.strip("/"):
        lines.append("  override_path = true")  # the mirror's own path, not one below /v2
    return "\n".join(lines) + "\n"
