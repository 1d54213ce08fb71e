"""The programs of a control plane in one folder, by the names that tests of programs look for."""

from pathlib import Path

from toolchain.places import Checkout
from toolchain.setup.one_tool import provide

_TOOLS = {"kube-apiserver": "kubernetes", "etcd": "etcd"}
"""Names of the programs, and the tools in the lock that they are; Kubernetes' are one file."""


def provide_assets(checkout: Checkout) -> Path:
    """Return a folder with kube-apiserver and etcd, which are built if they are missing.

    Raises ToolchainError.
    """
    folder = checkout.private / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    for name, tool in _TOOLS.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(provide(checkout, tool))
    return folder
