"""Arguments of an image."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..registry.reference import ImageReference
from ..settings.model import Model

_SECRET_NAME = re.compile(
    r"(^|_)(password|passwd|passphrase|secret|token|credentials?|(api|private|access|secret)_?key)$",
    re.IGNORECASE,
)
# Frameworks put these into what browsers get: https://vite.dev/guide/env-and-mode#env-variables and
# https://nextjs.org/docs/pages/guides/environment-variables
_PUBLIC_NAME = re.compile(
    r"^(NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|VUE_APP|GATSBY)_"
    r"(?!.*(PASSWORD|PASSWD|PASSPHRASE|SECRET|PRIVATE))"
)
_SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|^(ghp|gho|ghs|github_pat|glpat|xox[abp])[_-]"
    r"|^(AKIA|ASIA)[0-9A-Z]{16}$"
)


class ImageArgs(Model):
    """An image: built by Docker's BuildKit and pushed to the target's registry.

    Or, by `reference`, one that is in a registry already; a plain text is such a reference.
    """

    reference: str | None = Field(default=None, examples=["docker.io/owner/name:tag"])
    """Image that is in a registry already; nothing is built then, and pods name its digest."""

    context: str = "."
    """Build context: a folder, relative to Pulumi.yaml."""

    dockerfile: str | None = None
    """Dockerfile, relative to Pulumi.yaml; `Dockerfile` in the context unless given."""

    build_args: dict[str, str] = Field(default_factory=dict)
    """Build arguments. They stay readable in the image's history: what looks like a secret is
    refused, unless its name is public by design, such as `VITE_…` or `NEXT_PUBLIC_…`."""

    stage: str | None = None
    """Build stage to stop at; the last one unless given."""

    registry_cache: bool = False
    """Whether builds use the registry's image as a cache, and add the cache to what they push: for
    machines that start without a cache, as in CI."""

    platform: Literal["linux/amd64", "linux/arm64"] | None = None
    """Platform of the image; that of the cluster's Linux nodes unless given. In an existing cluster
    its pods are scheduled on nodes of that platform."""

    @property
    def dockerfile_path(self) -> str:
        """Dockerfile, relative to Pulumi.yaml."""
        return self.dockerfile or f"{self.context.rstrip('/')}/Dockerfile"

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_reference(cls, data: Any) -> Any:
        if isinstance(data, str) and not data.startswith(("{", "[")):
            return {"reference": data}
        return data

    @field_validator("reference")
    @classmethod
    def _reference_is_one(cls, reference: str | None) -> str | None:
        if reference is not None:
            ImageReference.parse(reference)
        return reference

    @field_validator("build_args")
    @classmethod
    def _arguments_are_no_secrets(cls, arguments: Mapping[str, str]) -> Mapping[str, str]:
        for name, value in arguments.items():
            is_named_so = _SECRET_NAME.search(name) and not _PUBLIC_NAME.match(name)
            if is_named_so or _SECRET_VALUE.search(value):
                raise ValueError(
                    f"{name} looks like a secret, and build arguments stay readable in the image's "
                    "history; let the build do without, or give it to the running container. A "
                    "value that browsers get may have a name that is public, such as VITE_… or "
                    "NEXT_PUBLIC_…"
                )
        return arguments

    @model_validator(mode="after")
    def _nothing_is_built_of_a_reference(self) -> Self:
        given = self.model_fields_set & {
            "context",
            "dockerfile",
            "build_args",
            "stage",
            "registry_cache",
        }
        if self.reference is not None and given:
            shown = ", ".join(str(type(self).model_fields[name].alias) for name in sorted(given))
            raise ValueError(
                f"reference is an image that exists already, and {shown} would build one; "
                "leave one of them out"
            )
        return self
