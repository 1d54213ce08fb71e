"""The facts with which a stack is rendered: those of its lock file, if they are of its settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.app.args.containers import APPLICATION
from components.app.locked import LockedImage
from components.app.placement import Facts, own_images
from components.image.dockerfile import read_dockerfile
from components.image.source import image_source
from components.image.stage_user import stage_user
from components.render.images import (
    LockedContent,
    by_digest,
    image_name,
    require_known,
    with_digest,
)
from components.settings.model import SettingsError
from components.targets.cloud import CloudTargetArgs
from stacks.settings import ApplicationArgs, Settings


@dataclass(frozen=True)
class LockedFacts:
    """The facts in the lock file of a stack; messages show its path as `shown`."""

    path: Path
    shown: str
    stack: str

    given: Mapping[str, str] = field(default_factory=dict[str, str])
    """Images by digest that count instead of those in the file, by their names."""

    def of(self, settings: Settings) -> dict[str, Facts]:
        """Return the facts of each application.

        Raises SettingsError for all that are missing or were looked up for other settings, and
        for a given image that the stack does not have.
        """
        content = LockedContent.read(self.path, self.shown)
        applications = [
            _Application(name, args, content.images(name), _repository(settings, name), self.given)
            for name, args in settings.applications.items()
        ]
        require_known(self.given, (name for each in applications for name in each.names))
        if lines := [line for each in applications for line in each.unknown()]:
            first = next(each for each in applications if any(each.unknown()))
            image = f"{first.name}={first.repository or 'repository'}@sha256:…"
            raise SettingsError(
                "\n".join(lines)
                + f"\n`make up STACK={self.stack}` looks this up and writes {self.shown}, and so "
                f"does whoever builds the image; or give it: `make render STACK={self.stack} "
                f"IMAGE={image}`\n{first.example}"
            )
        return {each.name: each.facts for each in applications}


@dataclass(frozen=True)
class _Application:
    """What the lock file has of an application, beside what its settings ask for."""

    name: str
    args: ApplicationArgs
    locked: Mapping[str, LockedImage]

    repository: str | None
    """Name under which the image is pushed; None where the settings do not have it."""

    given: Mapping[str, str]

    @property
    def names(self) -> Iterator[str]:
        """The names of its images."""
        return (image_name(self.name, container) for container in self._sources)

    @property
    def facts(self) -> Facts:
        known = self._known
        own = known[APPLICATION]
        images = {container: each.image for container, each in known.items()}
        return Facts(images, own.user or 0, own.group or own.user or 0)

    @property
    def example(self) -> str:
        """The lines of the lock file that would do."""
        lines = ["applications:", f"  {self.name}:", "    images:"]
        for container, source in self._sources.items():
            lines += [f"      {container}:", f"        source: {source}"]
            lines += [f"        image: {self.repository or 'repository'}@sha256:…"]
            if container == APPLICATION and self.args.app.user is None:
                lines += ["        user: 10001", "        group: 10001"]
        return "\n".join(lines)

    def unknown(self) -> Iterator[str]:
        """Yield a line about each fact that is missing, or is one of other settings."""
        known = self._known
        for container, source in self._sources.items():
            locked = known.get(container)
            line = f"{self.name}, container {container}: the image of `{source}` is not known"
            if locked is None:
                yield line
            elif locked.source != source:
                yield f"{line}, only that of `{locked.source}`"
        own = known.get(APPLICATION)
        if own is None:
            return
        repository = own.image.partition("@")[0]
        if self.name not in self.given and self.repository not in (None, repository):
            yield (
                f"{self.name}, container {APPLICATION}: the image in {self.repository} is not "
                f"known, only that in {repository}"
            )
        if self.args.app.user is None and own.user is None:
            yield (
                f"{self.name}, container {APPLICATION}: the user of {own.image} is not known; the "
                "setting `user` of the application names it, e.g. user: 10001"
            )

    @property
    def _known(self) -> dict[str, LockedImage]:
        """The images by container: given ones, those of the lock file, or named by a digest."""
        known = dict(self.locked)
        for container, source in self._sources.items():
            if image := self.given.get(image_name(self.name, container)):
                given = with_digest(image, known.get(container), source)
                known[container] = self._with_user(given) if container == APPLICATION else given
            elif not _is_of(known.get(container), source) and (named := by_digest(source)):
                known[container] = named
        return known

    def _with_user(self, given: LockedImage) -> LockedImage:
        """Return a given image with the user that the Dockerfile has, unless it is known."""
        args = self.args.image
        if given.user is not None or args.reference is not None:
            return given
        user, group = stage_user(read_dockerfile(args, self.name), args.stage) or (None, None)
        return given.model_copy(update={"user": user, "group": group})

    @property
    def _sources(self) -> Mapping[str, str]:
        return {APPLICATION: image_source(self.args.image), **own_images(self.args.app)}


def _repository(settings: Settings, name: str) -> str | None:
    target, image = settings.target, settings.applications[name].image
    if image.reference is not None or not isinstance(target, CloudTargetArgs):
        return None
    return f"{target.registry.repository}/{name}"


def _is_of(locked: LockedImage | None, source: str) -> bool:
    return locked is not None and locked.source == source
