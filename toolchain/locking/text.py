"""The written part of lock.toml, and the module of the components that has the same digests."""

from collections.abc import Mapping

_MARK = "# `make lock` writes everything below"
_BELOW = """\
{mark}, and keeps what it cannot ask for.
# Checksums of the vendors' releases.
[sha256]
{sums}
# Digests of published images.
[digest]
{digests}"""
_MODULE = '''\
"""Digests of published images; written by `make lock`, which writes them to lock.toml, too."""

DIGESTS = {{
{entries}}}
"""Digests by the references that a stack names without one."""
'''


def with_sums(lock: str, sums: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """Return the text of lock.toml with these checksums (by URL) and digests (by reference)."""
    above = lock.partition(_MARK)[0]
    below = _BELOW.format(mark=_MARK, sums=_entries(sums), digests=_entries(digests))
    return f"{above.rstrip()}\n\n{below}"


def pinned_module(digests: Mapping[str, str]) -> str:
    """Return the text of components/machine/pinned.py."""
    entries = "".join(
        f'    "{name}": (\n        "{value}"\n    ),\n' for name, value in sorted(digests.items())
    )
    return _MODULE.format(entries=entries)


def _entries(values: Mapping[str, str]) -> str:
    return "".join(f'"{name}" = "{value}"\n' for name, value in sorted(values.items()))
