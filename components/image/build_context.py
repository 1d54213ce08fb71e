"""BuildContext: what an image was built of, kept so that the next build can be explained."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi.dynamic import DiffResult, Resource
from pydantic import Field

from ..dynamic import DynamicProvider, Inputs, Properties
from .context import PRIVATE
from .listing import Listing, load_listing, of_context, shown
from .staging import prune

_NAMED = 5


@dataclass(frozen=True)
class BuildSources:
    """Sources of an image."""

    image: str
    """Name of the image in messages."""

    copies: str
    """Folder of the copies of its context, relative to Pulumi.yaml."""

    context: str
    """Hash of the context, and name of its copy."""

    dockerfile: str
    """Hash of the Dockerfile."""

    arguments: dict[str, str]
    stage: str | None
    platform: pulumi.Input[str]


class BuildContextInputs(Inputs):
    """Inputs of BuildContext: BuildSources, of which a platform is known."""

    image: str
    copies: Path = Path()
    context: str = ""
    dockerfile: str
    arguments: dict[str, str] = Field(default_factory=dict)
    stage: str | None = None
    platform: str

    files: Listing | None = None
    """Listing of the context, in states of earlier versions."""

    @property
    def listing(self) -> Listing | None:
        """Fingerprints of the files; None if this machine does not know them."""
        known = self.files if self.context == "" else load_listing(self.copies / self.context)
        return None if known is None else of_context(known)


class BuildContextProvider(DynamicProvider[BuildContextInputs]):
    """Prints, in previews too, why an image is rebuilt, and removes copies of what was built."""

    inputs = BuildContextInputs

    def identify(self, news: BuildContextInputs) -> str:
        return news.image

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = BuildContextInputs.parse(_olds), BuildContextInputs.parse(_news)
        changes = list(_changes(olds, news))
        if changes:
            more = [f"and {len(changes) - _NAMED} more"] if len(changes) > _NAMED else []
            # Pulumi shows what a provider prints.
            reasons = ", ".join([*changes[:_NAMED], *more])
            print(f"the image {news.image} is rebuilt: {reasons}", flush=True)
        return super().diff(_id, _olds, _news)

    def ensure(self, news: BuildContextInputs, olds: BuildContextInputs | None) -> Properties:
        prune(news.copies, news.context)
        if olds and olds.files is not None:
            shutil.rmtree(Path(PRIVATE, "build", olds.image), ignore_errors=True)
        return {}

    def remove(self, olds: BuildContextInputs) -> None:
        if olds.context:
            shutil.rmtree(olds.copies, ignore_errors=True)


def _changes(olds: BuildContextInputs, news: BuildContextInputs) -> Iterator[str]:
    yield from _changed_files(olds, news)
    yield from _differences("build argument ", olds.arguments, news.arguments)
    if olds.dockerfile != news.dockerfile:
        yield "the dockerfile changed"
    if olds.stage != news.stage:
        yield "the stage changed"
    if olds.platform != news.platform:
        yield "the platform changed"


def _changed_files(olds: BuildContextInputs, news: BuildContextInputs) -> Iterator[str]:
    if olds.context == news.context:
        return
    before, after = olds.listing, news.listing
    if olds.files is not None and before and after:
        # Earlier versions listed ignored files too, and no folders.
        before = {path: each for path, each in before.items() if path in after}
        after = {path: each for path, each in after.items() if not path.endswith("/")}
    if before is None or after is None:
        yield "its files changed (the list of the build before is not on this machine)"
    else:
        yield from _differences("", before, after)


def _differences(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield f"{kind}{shown(name)} is new"
        elif name not in after:
            yield f"{kind}{shown(name)} is gone"
        elif before[name] != after[name]:
            yield f"{kind}{shown(name)} changed"


class BuildContext(Resource, module="slipway", name="BuildContext"):
    """The files, by one hash, and the arguments of an image's build."""

    def __init__(
        self, name: str, sources: BuildSources, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # Not asdict: it would copy the Output of a platform.
        super().__init__(BuildContextProvider(), name, dict(vars(sources)), opts)
