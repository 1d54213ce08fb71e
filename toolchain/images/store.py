"""Making the container images that a machine without an image registry needs."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolchain.cache import Cache, remove
from toolchain.errors import ToolchainError
from toolchain.images.recipe import Recipe, Workshop
from toolchain.runner import Runner

LABEL = "slipway.toolchain.key"

_WRITTEN = "Written by `make setup`"

_INSPECT = '{"tags": {{json .RepoTags}}, "labels": {{json .Config.Labels}}, "id": {{json .Id}}}'


def image_key(recipe: Recipe, programs: Mapping[str, str], architecture: str) -> str:
    """Return a digest of an image's sources; ``programs`` maps names to cache keys."""
    state = hashlib.sha256(f"{recipe.reference}\n{architecture}\n".encode())
    for source in recipe.sources:
        state.update(source.name.encode() + b"\0" + source.read_bytes())
    for name in recipe.programs:
        state.update(f"{name}={programs[name]}\n".encode())
    return state.hexdigest()[:20]


def shown(reference: str) -> str:
    """Return a reference as Docker shows it."""
    return reference.removeprefix("docker.io/")


def make_archive(
    runner: Runner,
    recipe: Recipe,
    key: str,
    programs: Mapping[str, Path],
    architecture: str,
    docker: str,
    archive: Path,
) -> None:
    """Let a recipe write its archive, with a folder beside that as its scratch."""
    scratch = archive.with_name(f".scratch-{key}")
    remove(scratch)  # left by a killed run
    scratch.mkdir()
    try:
        shop = Workshop(runner, scratch, programs, architecture, docker, (LABEL, key))
        recipe.make(shop, archive)
    finally:
        remove(scratch)


class ImageStore:
    """The images of one Docker Engine, reached through its client."""

    def __init__(self, runner: Runner, cache: Cache, docker: str) -> None:
        self._runner = runner
        self._cache = cache
        self._docker = docker

    def architecture(self) -> str:
        """Return Docker's processor as Go names it."""
        answer = self._runner.run(
            [self._docker, "version", "--format", "{{.Server.Arch}}"],
            purpose="to learn what the Docker Engine runs on",
        )
        return answer.text.split()[-1]

    def keys(self, references: list[str]) -> dict[str, tuple[str, str]]:
        """Return key and ID of each existing image by its reference."""
        if not references:
            return {}
        answer = self._runner.run(
            [self._docker, "image", "inspect", "--format", _INSPECT, *references], check=False
        )
        images: dict[str, tuple[str, str]] = {}
        for line in answer.text.splitlines():
            if line.startswith("{"):
                image: dict[str, Any] = json.loads(line)
                labels: dict[str, str] = image["labels"] or {}
                key = labels.get(LABEL, "")
                images |= dict.fromkeys(image["tags"] or (), (key, image["id"]))
        return images

    def has(self, recipe: Recipe) -> bool:
        """Return whether Docker has this image from an earlier set-up, of whatever sources."""
        tag = shown(recipe.reference)
        return bool(self.keys([tag]).get(tag, ("", ""))[0])

    def ensure(
        self,
        recipe: Recipe,
        key: str,
        programs: Mapping[str, Path],
        architecture: str,
        say: Callable[[str], None],
    ) -> None:
        """Load an image into Docker, from the cache or made now.

        An older image that loses its tag is removed, unless a container uses it.
        """
        tag = shown(recipe.reference)
        previous = self.keys([tag]).get(tag)
        if previous and previous[0] == key:
            return

        def make(archive: Path) -> None:
            make_archive(self._runner, recipe, key, programs, architecture, self._docker, archive)

        archive = self._cache.entry(f"images/{key}.tar", make, say)
        current = self.keys([tag]).get(tag)
        if not current or current[0] != key:
            self._load(archive, recipe)
            current = self.keys([tag]).get(tag)
        if not current or current[0] != key:
            raise ToolchainError(
                f"{archive} does not hold the image {recipe.reference} that was made into it",
                f"rm {archive}; make setup",
            )
        if previous and previous[1] != current[1]:
            self._runner.run([self._docker, "image", "rm", previous[1]], check=False)

    def _load(self, archive: Path, recipe: Recipe) -> None:
        self._runner.run(
            [self._docker, "load", "--quiet", "--input", archive],
            purpose=f"while loading the image {recipe.reference} into the Docker Engine",
        )


def docker_client() -> str:
    """Return the Docker client on PATH; set-up installs one with the Docker Engine."""
    return shutil.which("docker") or "docker"


def write_mirrors(cache: Path, text: str | None) -> str | None:
    """Write the mirror map of set-up, or remove it if it is not needed (None).

    Returns what changed, in words, as it counts for every checkout on this machine. A file
    without set-up's first line was written by the user and is left alone.
    """
    place = cache / "mirrors.yaml"
    current = place.read_text(encoding="utf-8") if place.is_file() else None
    if current == text or (current and _WRITTEN not in current.partition("\n")[0]):
        return None
    if text is None:
        place.unlink(missing_ok=True)
        return f"{place} is removed: every checkout on this machine pulls images now"
    fresh = place.with_name(f".mirrors.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(place)
    return f"{place} is written: every checkout on this machine uses the images made here"
