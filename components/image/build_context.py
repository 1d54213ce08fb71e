"""BuildContext: what an image was built of, kept so that the next build can be explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
from pulumi.dynamic import DiffResult, Resource
from pydantic import Field

from ..dynamic import DynamicProvider, Inputs, Properties

_NAMED = 5


@dataclass(frozen=True)
class BuildSources:
    """What an image is built of."""

    image: str
    """Name of the image in messages."""

    files: dict[str, str]
    """Hash of each file of the context, by path."""

    dockerfile: str
    """Hash of the Dockerfile."""

    arguments: dict[str, str]
    stage: str | None
    platform: pulumi.Input[str]


class BuildContextInputs(Inputs):
    """Inputs of BuildContext: BuildSources, of which a platform is known."""

    image: str
    files: dict[str, str] = Field(default_factory=dict)
    dockerfile: str
    arguments: dict[str, str] = Field(default_factory=dict)
    stage: str | None = None
    platform: str


class BuildContextProvider(DynamicProvider[BuildContextInputs]):
    """Prints, in previews too, why an image is rebuilt. It changes nothing."""

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


def _changes(olds: BuildContextInputs, news: BuildContextInputs) -> Iterator[str]:
    yield from _differences("", olds.files, news.files)
    yield from _differences("build argument ", olds.arguments, news.arguments)
    if olds.dockerfile != news.dockerfile:
        yield "the dockerfile changed"
    if olds.stage != news.stage:
        yield "the stage changed"
    if olds.platform != news.platform:
        yield "the platform changed"


def _differences(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield f"{kind}{name} is new"
        elif name not in after:
            yield f"{kind}{name} is gone"
        elif before[name] != after[name]:
            yield f"{kind}{name} changed"


class BuildContext(Resource, module="slipway", name="BuildContext"):
    """The files, by their hashes, and the arguments of an image's build."""

    def __init__(
        self, name: str, sources: BuildSources, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # Not asdict: it would copy the Output of a platform.
        super().__init__(BuildContextProvider(), name, dict(vars(sources)), opts)
