"""A stack with `deliver: gitops`: its settings, its clone of the repository, and its pods."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.gitops.controller import FOLDER, Controller
from tests.live.guest import Guest
from tests.live.project import Ran

_WHO = ("-c", "user.name=test", "-c", "user.email=test@example.com")


class Delivered:
    """A stack, and a clone of the repository that a controller in its cluster follows."""

    def __init__(
        self,
        controller: Controller,
        stack: Guest,
        image: str,
        served: Path,
        address: str,
        clone: Path,
    ) -> None:
        self.controller = controller
        self.stack, self._image, self.clone = stack, image, clone
        name = f"{stack.name}.git"
        self.url = f"{address}/{name}"
        stack.settings["slipway:deliver"] = "gitops"
        stack.save_settings()
        git(served, "init", "--quiet", "--bare", "--initial-branch=main", name)
        git(clone, "init", "--quiet", "--initial-branch=main")
        git(clone, "remote", "add", "origin", str(served / name))

    @property
    def folder(self) -> Path:
        """The rendered files."""
        return self.clone / FOLDER

    def render(self) -> None:
        """`make render`, with the image that another stack was tested with."""
        words = ("-m", "stacks.render", "--stack", self.stack.stack, "--out", str(self.folder))
        self.stack.run(sys.executable, *words, "--image", f"web={self._image}")

    def commit(self, message: str) -> str:
        """Commit all and return the hash."""
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", f"--message={message}")
        return git(self.clone, "rev-parse", "HEAD")

    def push(self, what: str = "main") -> None:
        """Push a branch to `main`, which the controller follows."""
        git(self.clone, "push", "--quiet", "origin", f"{what}:main")

    def deliver(self, **app: Any) -> str:
        """Change settings, render, commit and push; returns the hash of the commit."""
        self.stack.set(**app)
        self.render()
        commit = self.commit(f"set {', '.join(app) or 'nothing'}")
        self.push()
        return commit

    def unset(self, name: str) -> None:
        """Remove a setting of the application from the stack file."""
        del self.stack.settings["slipway:app"][name]
        self.stack.save_settings()

    def wait(self, *more: str, check: bool = True) -> Ran:
        """`make wait`."""
        return self.stack.command("wait", "--out", str(self.folder), *more, check=check)

    def answer(self) -> dict[str, Any]:
        """What the application answers, by way of the API server."""
        path = f"/api/v1/namespaces/{self.stack.name}/services/http:web:80/proxy/api"
        return json.loads(self.stack.kubectl("get", "--raw", path))

    def images(self) -> set[str]:
        """Images of the pods that are there."""
        return {pod["spec"]["containers"][0]["image"] for pod in self.stack.pods("web")}


def deployed_image(stack: Guest) -> str:
    """Return the digest that a deployed stack runs."""
    return stack.pulumi("stack", "output", "image").output.strip()


def git(folder: Path, *words: str) -> str:
    """Return what Git prints."""
    done = subprocess.run(
        ["git", "-C", folder, *_WHO, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
