"""The programs of a control plane, kube-apiserver and etcd, on this machine."""

import os
import shutil
from pathlib import Path

ASSETS = "KUBEBUILDER_ASSETS"
"""Environment variable with the folder of the programs, as envtest has it."""

NAMES = ("kube-apiserver", "etcd")
_USUAL = Path("/usr/local/kubebuilder/bin")


class ProgramsMissing(Exception):
    """kube-apiserver or etcd is not on this machine."""


def find(folder: Path | None = None) -> dict[str, Path]:
    """Return the paths of the programs by their names.

    They are looked for in `folder`; without it in the folder that KUBEBUILDER_ASSETS names, in
    /usr/local/kubebuilder/bin and on PATH. https://book.kubebuilder.io/reference/envtest
    Raises ProgramsMissing.
    """
    given = folder or (Path(os.environ[ASSETS]) if os.environ.get(ASSETS) else None)
    folders = [given] if given else [_USUAL, *map(Path, os.get_exec_path())]
    path = os.pathsep.join(map(str, folders))
    found = {name: shutil.which(name, path=path) for name in NAMES}
    if missing := [name for name, file in found.items() if file is None]:
        where = given or f"{_USUAL}, and not on PATH"
        raise ProgramsMissing(
            f"{' and '.join(missing)} is not in {where}\n"
            f"  next: set {ASSETS} to a folder with both: `setup-envtest use --print path` "
            "downloads them, and `python3 -m toolchain assets` prints one in a checkout of Slipway"
        )
    return {name: Path(file) for name, file in found.items() if file is not None}
