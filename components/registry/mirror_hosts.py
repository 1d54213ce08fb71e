"""Registry mirrors of nodes: containerd's files that say where a registry's images are pulled.

containerd reads them at each pull, so that a change needs no restart.
https://github.com/containerd/containerd/blob/main/docs/hosts.md
"""

import shlex
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

FOLDER = "/etc/containerd/certs.d"
_MARK = "# A mirror of the stack file."


def mirror_files(mirrors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The files of these mirrors by path: the URLs of each registry host, in their order."""
    return {f"{FOLDER}/{host}/hosts.toml": _file(urls) for host, urls in mirrors.items()}


def removal(mirrors: Mapping[str, Sequence[str]]) -> str:
    """The script that removes, in a node, the mirrors that are none of these any more.

    They are told by a mark in the file, so that those of a run that was killed go too.
    """
    kept = "".join(f"{shlex.quote(host)}) continue ;; " for host in mirrors)
    mark = shlex.quote(_MARK)
    return (
        f"for file in {FOLDER}/*/hosts.toml; do folder=$(dirname $file); "
        f"case $(basename $folder) in {kept}esac; "
        f"if grep -qsF {mark} $file; then rm -r $folder; fi; done"
    )


def _file(urls: Sequence[str]) -> str:
    # Without a line `server`, the registry itself is asked last, wherever containerd has it.
    return "\n".join([_MARK, *map(_host, urls)])


def _host(url: str) -> str:
    lines = [f'[host."{url}"]', '  capabilities = ["pull", "resolve"]']
    if urlsplit(url).path.strip("/"):
        lines.append("  override_path = true")  # the mirror's own path, not one below /v2
    return "\n".join(lines) + "\n"
