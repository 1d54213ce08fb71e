"""BuildContext: what an image was built of, remembered so that the next build can be explained."""

from collections.abc import Iterator
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource

from ..dynamic import LocalProvider, Properties, without_provider

_NAMED = 5


class BuildContextProvider(LocalProvider):
    """Says, in previews too, why an image is built anew. It makes nothing."""

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(props["image"], without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changes = list(_changes(_olds, _news))
        if changes:
            more = [f"and {len(changes) - _NAMED} more"] if len(changes) > _NAMED else []
            # The engine shows what a provider prints.
            reasons = ", ".join([*changes[:_NAMED], *more])
            print(f"the image {_news['image']} is built anew: {reasons}", flush=True)
        return DiffResult(changes=without_provider(_olds) != without_provider(_news))


def _changes(olds: Properties, news: Properties) -> Iterator[str]:
    for kind, words in (("files", ""), ("arguments", "build argument ")):
        before: dict[str, str] = olds.get(kind) or {}
        after: dict[str, str] = news.get(kind) or {}
        for name in sorted(before.keys() | after.keys()):
            if name not in before:
                yield f"{words}{name} is new"
            elif name not in after:
                yield f"{words}{name} is gone"
            elif before[name] != after[name]:
                yield f"{words}{name} changed"
    for setting in ("dockerfile", "stage", "platform"):
        if olds.get(setting) != news.get(setting):
            yield f"the {setting} changed"


class BuildContext(Resource, module="slipway", name="BuildContext"):
    """The files, by their hashes, and the arguments of an image's build."""

    def __init__(
        self,
        name: str,
        *,
        image: str,
        files: dict[str, str],
        dockerfile: str,
        arguments: dict[str, str],
        stage: str | None,
        platform: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": image,
            "files": files,
            "dockerfile": dockerfile,
            "arguments": arguments,
            "stage": stage,
            "platform": platform,
        }
        super().__init__(BuildContextProvider(), name, inputs, opts)
