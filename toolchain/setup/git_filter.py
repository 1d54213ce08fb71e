"""Keeping the salt that `pulumi stack init` writes into stack files out of Git.

Tracked stack files name the filter in .gitattributes; this defines it in Git's configuration.
The salt of a file with encrypted values stays: without it nobody can decrypt them.
"""

import shutil

from toolchain.places import Checkout
from toolchain.runner import Runner

# Git runs it with `sh`. The dot keeps the line breaks at the end, which `$(…)` would remove.
_CLEAN = (
    "text=$(cat; echo .); text=${text%.}; "
    """if printf %s "$text" | grep -Eq 'secure.?: *.?v[0-9]+:'; """
    """then printf %s "$text"; else printf %s "$text" | sed '/^encryptionsalt:/d'; fi"""
)
_SETTINGS = {
    "filter.slipway-salt.clean": _CLEAN,
    "filter.slipway-salt.smudge": "cat",
}


def define(checkout: Checkout, runner: Runner) -> None:
    """Define the filter in this checkout's Git; without Git, or outside of it, do nothing."""
    if shutil.which("git") is None or not (checkout.root / ".git").exists():
        return
    for name, value in _SETTINGS.items():
        git = ["git", "-C", str(checkout.root), "config", "--local"]
        present = runner.run([*git, "--get", name], check=False)
        if present.text.rstrip("\n") != value:
            runner.run(
                [*git, name, value],
                purpose="to keep the encryption salt of stack files out of Git",
                fix=f"check `git -C {checkout.root} status`, then run `make setup` again",
            )
