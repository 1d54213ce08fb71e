"""Images by digest for a rendering: those that are given, else those of the stack's lock file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from ..app.args.containers import APPLICATION
from ..app.locked import LockedApp, LockedImage
from ..registry.reference import ImageReference
from ..settings.model import SettingsError
from ..settings.yaml import YAMLError, read

EXAMPLE = "web=registry.example/team/web@sha256:…"


def given_images(texts: Iterable[str]) -> dict[str, str]:
    """Return images by their names, from texts such as `web=repository@sha256:…`.

    Raises SettingsError for a text of another form, and for an image that is given twice.
    """
    given: dict[str, str] = {}
    for text in texts:
        name, found, reference = text.partition("=")
        if not found or not name or not _is_by_digest(reference):
            raise SettingsError(
                f"image {text!r} is not accepted: name an image and its digest, e.g. {EXAMPLE}"
            )
        if given.setdefault(name, reference) != reference:
            raise SettingsError(f"image {name} is given twice: {given[name]} and {reference}")
    return given


def image_name(application: str, container: str) -> str:
    """Return the name of a container's image, as Pulumi's state has it."""
    return application if container == APPLICATION else f"{application}-{container}"


def require_known(given: Mapping[str, str], names: Iterable[str]) -> None:
    """Raise SettingsError for a given image that is none of the stack's, which has `names`."""
    known = sorted(names)
    if unknown := sorted(given.keys() - set(known)):
        raise SettingsError(f"image {unknown[0]} is given, and the stack has: {', '.join(known)}")


def with_digest(image: str, locked: LockedImage | None, source: str) -> LockedImage:
    """Return a given image; its user is that of the lock file if this has the same digest."""
    if locked is not None and _digest(locked.image) == _digest(image):
        return locked.model_copy(update={"image": image, "source": source})
    return LockedImage(source=source, image=image)


def by_digest(source: str) -> LockedImage | None:
    """Return the image of a reference that has a digest itself; None for other sources."""
    try:
        parsed = ImageReference.parse(source)
    except ValueError:
        return None
    if parsed.digest is None:
        return None
    return LockedImage(source=source, image=f"{parsed.name}@{parsed.digest}")


@dataclass(frozen=True)
class LockedContent:
    """The content of a lock file; messages show its path as `shown`."""

    applications: Mapping[str, Any]
    shown: str

    @classmethod
    def read(cls, path: Path, shown: str) -> Self:
        """Return the content of a file, empty if there is none.

        Raises SettingsError for one that cannot be read.
        """
        try:
            document: Any = read(path.read_bytes())
        except FileNotFoundError:
            return cls({}, shown)
        except (OSError, YAMLError) as error:
            raise SettingsError(f"{shown} cannot be read: {error}") from None
        mapping = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
        applications: Any = mapping.get("applications")
        known = cast("dict[str, Any]", applications) if isinstance(applications, dict) else {}
        return cls(known, shown)

    def images(self, application: str) -> Mapping[str, LockedImage]:
        """Return the images of an application by container.

        Raises SettingsError for an entry that does not validate.
        """
        if application not in self.applications:
            return {}
        where = f"{self.shown}, applications.{application}"
        return LockedApp.parse(self.applications[application], where).images

    def image(self, name: str, source: str) -> LockedImage | None:
        """Return the image `name` of a source, whichever application runs it; None without one.

        That of the application or container with the name of the image; else the one that was
        pushed under it; else the only one of the source.
        """
        found = {
            (image_name(application, container), each.image): each
            for application in self.applications
            for container, each in self.images(application).items()
            if each.source == source
        }
        pushed = f"/{name}@"
        chosen = [each for (known, _), each in found.items() if known == name]
        chosen = chosen or [each for (_, image), each in found.items() if pushed in image]
        if not chosen and len({image for _, image in found}) == 1:
            chosen = list(found.values())
        return next((each for each in chosen if each.user is not None), next(iter(chosen), None))


def _is_by_digest(reference: str) -> bool:
    try:
        parsed = ImageReference.parse(reference)
    except ValueError:
        return False
    return parsed.digest is not None and parsed.tag is None and reference.startswith(parsed.name)


def _digest(image: str) -> str:
    return image.partition("@")[2]
