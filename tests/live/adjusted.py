"""The program of the checkout with an `adjust`, for changes that no setting makes."""

import json
from collections.abc import Mapping
from typing import Any

from tests.live.project import CHECKOUT, Project

_APP = "App(name, args.app, image=images[name], target=target"
_SETTINGS = "settings = Settings.load()"
_CHANGES = "changes.json"

_BY_FILE = f"""
import json


def adjust(manifest):
    with open({_CHANGES!r}, encoding="utf-8") as file:
        change = json.load(file).get(manifest["metadata"]["name"], {{}})
    if manifest["kind"] != "Deployment":
        return
    spec = manifest["spec"]["template"]["spec"]
    container = spec["containers"][0]
    container["image"] = change.get("image", container["image"])
    spec["nodeSelector"].update(change.get("nodeSelector", {{}}))
    for name, volume in change.get("volumes", {{}}).items():
        spec["volumes"].append({{"name": name, **volume}})
        container["volumeMounts"].append({{"name": name, "mountPath": f"/mnt/{{name}}"}})
"""


def program(adjust: str) -> str:
    """Return the program with a definition of `adjust`, which all applications get."""
    text = (CHECKOUT / "__main__.py").read_text(encoding="utf-8")
    assert text.count(_APP) == 1
    before, found, after = text.partition(_SETTINGS)
    return f"{before}{adjust.lstrip()}\n\n{found}{after.replace(_APP, f'{_APP}, adjust=adjust')}"


def program_by_file() -> str:
    """Return the program whose `adjust` makes the changes that `change` wrote last."""
    return program(_BY_FILE)


def change(project: Project, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the changes of Deployments by name, for the next update.

    Each may have an `image`, a `nodeSelector`, and `volumes` by name, which are mounted in /mnt.
    """
    (project.folder / _CHANGES).write_text(json.dumps(changes), encoding="utf-8")
