"""The facts with which a stack is rendered: those of its lock file, if they are of its settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from components.app.args.containers import APPLICATION
from components.app.locked import LockedApp, LockedImage
from components.app.placement import Facts, own_images
from components.image.source import image_source
from components.settings.model import SettingsError
from components.settings.yaml import YAMLError, read
from components.targets.cloud import CloudTargetArgs
from stacks.settings import ApplicationArgs, Settings


@dataclass(frozen=True)
class LockedFacts:
    """The facts in the lock file of a stack; messages show its path as `shown`."""

    path: Path
    shown: str
    stack: str

    def of(self, settings: Settings) -> dict[str, Facts]:
        """Return the facts of each application.

        Raises SettingsError for all that are missing or were looked up for other settings.
        """
        content = self._content()
        applications = [
            _Application(name, args, self._images(content, name), _repository(settings, name))
            for name, args in settings.applications.items()
        ]
        if lines := [line for each in applications for line in each.unknown()]:
            example = next(each.example for each in applications if any(each.unknown()))
            raise SettingsError(
                "\n".join(lines)
                + f"\n`make up STACK={self.stack}` looks this up and writes {self.shown}, and so "
                f"does whoever builds the image:\n{example}"
            )
        return {each.name: each.facts for each in applications}

    def _content(self) -> Mapping[str, Any]:
        """Return the applications in the file; none if there is no file."""
        try:
            document: Any = read(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, YAMLError) as error:
            raise SettingsError(f"{self.shown} cannot be read: {error}") from None
        mapping = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
        applications: Any = mapping.get("applications")
        return cast("dict[str, Any]", applications) if isinstance(applications, dict) else {}

    def _images(self, content: Mapping[str, Any], name: str) -> Mapping[str, LockedImage]:
        if name not in content:
            return {}
        return LockedApp.parse(content[name], f"{self.shown}, applications.{name}").images


@dataclass(frozen=True)
class _Application:
    """What the lock file has of an application, beside what its settings ask for."""

    name: str
    args: ApplicationArgs
    locked: Mapping[str, LockedImage]

    repository: str | None
    """Name under which the image is pushed; None where the settings do not have it."""

    @property
    def facts(self) -> Facts:
        own = self.locked[APPLICATION]
        images = {container: each.image for container, each in self.locked.items()}
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
        for container, source in self._sources.items():
            locked = self.locked.get(container)
            line = f"{self.name}, container {container}: the image of `{source}` is not known"
            if locked is None:
                yield line
            elif locked.source != source:
                yield f"{line}, only that of `{locked.source}`"
        own = self.locked.get(APPLICATION)
        if own is None:
            return
        repository = own.image.partition("@")[0]
        if self.repository not in (None, repository):
            yield (
                f"{self.name}, container {APPLICATION}: the image in {self.repository} is not "
                f"known, only that in {repository}"
            )
        if self.args.app.user is None and own.user is None:
            yield f"{self.name}, container {APPLICATION}: the user of {own.image} is not known"

    @property
    def _sources(self) -> Mapping[str, str]:
        return {APPLICATION: image_source(self.args.image), **own_images(self.args.app)}


def _repository(settings: Settings, name: str) -> str | None:
    target, image = settings.target, settings.applications[name].image
    if image.reference is not None or not isinstance(target, CloudTargetArgs):
        return None
    return f"{target.registry.repository}/{name}"
