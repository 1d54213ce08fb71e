"""A project of many applications, each of six objects, for measuring a rendering."""

from pathlib import Path
from typing import Any

from components.k8s.yaml_text import dump

STACK = "bench"
OBJECTS = 6
"""Objects of an application: NetworkPolicy, ConfigMap, PodDisruptionBudget, Deployment, Service and
HorizontalPodAutoscaler."""

_ROOT = Path(__file__).parents[1]
_REPOSITORY = "registry.example/team"
_DIGEST = "sha256:" + 64 * "a"


def make(root: Path, count: int) -> None:
    """Make a project of `count` applications in the folder `root`, with their images locked.

    It has the code of this checkout, so that `python -m stacks.render` there is the command of
    `make render`.
    """
    for part in ("components", "stacks", "toolchain"):
        (root / part).symlink_to(_ROOT / part)
    (root / "app").mkdir()
    (root / "app" / "Dockerfile").write_text("FROM scratch\nUSER 10001:10001\n", encoding="utf-8")
    names = [f"web-{number}" for number in range(count)]
    settings = {
        "slipway:target": {
            "product": "cloud",
            "context": "bench",
            "registry": {"repository": _REPOSITORY},
        },
        "slipway:apps": {name: _application(name) for name in names},
    }
    _write(root / "Pulumi.yaml", {"name": "bench"})
    _write(root / f"Pulumi.{STACK}.yaml", {"config": settings})
    locked = {name: {"images": {"application": _image(name)}} for name in names}
    _write(root / f"{STACK}.lock.yaml", {"applications": locked})


def _application(name: str) -> dict[str, Any]:
    app = {
        "port": 8080,
        "replicas": 3,
        "health": "/healthz",
        "expose": False,
        "autoscale": {"max": 10},
        "env": {"NAME": name},
        "files": {"/etc/web/web.conf": f"listen 8080\nname {name}\n"},
    }
    return {"image": {"context": "app"}, "app": app}


def _image(name: str) -> dict[str, Any]:
    image = f"{_REPOSITORY}/{name}@{_DIGEST}"
    return {"source": "docker build app", "image": image, "user": 10001, "group": 10001}


def _write(path: Path, content: Any) -> None:
    path.write_text(dump(content), encoding="utf-8")
