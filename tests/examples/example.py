"""An example of the repository as a stack on the cluster of another project."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.live.guest import Guest
from tests.live.project import CHECKOUT, Project

_EXPOSE = {"type": "Ingress", "host": "example.test"}


class Example(Guest):
    """A copy of an example beside a copy of the components, as in a checkout.

    Its program runs as it is. Of its stack file the target is another one, so that one cluster
    serves all examples, and what `config` sets. An Ingress without a controller exposes it: it is
    called by way of the cluster's API.
    """

    def __init__(self, folder: Path, host: Project, example: str, **config: Any) -> None:
        self._example = CHECKOUT / "examples" / example
        self._config = config
        super().__init__(folder, host)

    def get(self, place: str, path: str = "") -> str:
        """Return the answer to an HTTP request, or the error in words.

        `place` is a port of a Service or a pod: `services/web:http`, `pods/web-0:8080`.
        """
        url = f"/api/v1/namespaces/{self.name}/{place}/proxy/{path}"
        return self.kubectl("get", "--raw", url, check=False)

    def save_settings(self) -> None:
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        kept = yaml.safe_load(file.read_text()) if file.exists() else {}
        file.write_text(yaml.safe_dump({**kept, "config": self.settings}))

    def remove(self) -> None:
        super().remove()
        shutil.rmtree(self._checkout, ignore_errors=True)

    def _copy(self) -> None:
        super()._copy()
        self._checkout = self.folder
        self.folder = self._checkout / "examples" / self._example.name
        shutil.copytree(self._example, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        project = yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"]
        self.name = f"{project}-{self.stack}"

    def _settings(self, workers: int) -> dict[str, Any]:
        target = super()._settings(workers)["slipway:target"]
        own = yaml.safe_load((self._example / "Pulumi.dev.yaml").read_text())["config"]
        return {**own, "slipway:target": {**target, "expose": _EXPOSE}, **self._config}

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "PYTHONPATH": str(self._checkout)}
