"""The objects of an application as other tools get them: what Slipway makes of its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.app.args import AppArgs
from components.app.manifests import Placement, parts
from components.k8s.objects import Manifest
from components.targets.exposure import Exposure
from tests.rollouts.troubles import ALL, Case, serving

NAME = "web"
"""Name of the application, and of its Deployment."""


def settings(app: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a version as a stack file has them."""
    return {**ALL, "command": serving(), **app}


@dataclass(frozen=True)
class Version:
    """A version of the application: its settings, its image, and what settings cannot say."""

    app: Mapping[str, Any]
    image: str
    volumes: Mapping[str, Any]

    @classmethod
    def of(cls, case: Case | None, image: str, registry: str) -> "Version":
        """Return the version of a case; the healthy one without a case.

        `image` is that of the healthy version, `registry` the host of those of cases.
        """
        if case is None:
            return cls({}, image, {})
        return cls(case.app, f"{registry}/{case.image}" if case.image else image, case.volumes)

    def objects(self, namespace: str, user: int) -> list[Manifest]:
        """Return its objects in the order of their creation, without notes for Slipway."""
        place = Placement(
            name=NAME,
            namespace=namespace,
            owner_labels={"slipway.dev/stack": namespace},
            field_manager=namespace,
            exposure=Exposure(),
            images={"application": self.image},
            user=user,
            group=user,
        )
        args = AppArgs.parse(settings(self.app), NAME)
        return [self._plain(part.manifest) for part in parts(args, place)]

    def _plain(self, manifest: Manifest) -> Manifest:
        metadata = {key: manifest["metadata"][key] for key in ("name", "namespace", "labels")}
        if manifest["kind"] == "Deployment":
            self._mount(manifest["spec"]["template"]["spec"])
        return {**manifest, "metadata": metadata}

    def _mount(self, pod: Manifest) -> None:
        mounts = pod["containers"][0]["volumeMounts"]
        for name, volume in self.volumes.items():
            pod["volumes"].append({"name": name, **volume})
            mounts.append({"name": name, "mountPath": f"/mnt/{name}"})
