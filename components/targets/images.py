"""ImageRegistry: where a target's images are pushed to, and what makes its nodes able to pull."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

if TYPE_CHECKING:
    import pulumi_docker as docker

Found = TypeVar("Found")


@dataclass(frozen=True)
class PulledImage:
    """An image that nodes pull."""

    reference: pulumi.Input[str]
    """Reference by digest: `name@digest`."""

    platform: pulumi.Input[str]
    """Platform that it runs on, e.g. `linux/amd64`."""


@dataclass(frozen=True)
class KnownImage:
    """An image that needs no lookup: a rendering takes it from files."""

    reference: str
    """Reference by digest: `name@digest`."""

    user: int | None = None
    """Numeric user that it runs as; None where the files do not have it."""

    group: int | None = None
    """Numeric group, likewise."""

    is_given: bool = False
    """Whether it was built from the present Dockerfile, which then says its user."""


class ImageRegistry(ABC):
    """The registry of a target, for images and for the pods that run them.

    That nodes can pull an image is checked as early as possible: by `deliver`, when it is pushed;
    or by `pulls`, where nodes need the pull secrets of a namespace.
    """

    login: "docker.RegistryArgs | None" = None
    """Login with which images are pushed; None where Docker's own configuration decides."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets, in every namespace of the stack, with which its images are pulled."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, look_up: Callable[[], Found]) -> Found:
        """Return what is looked up in the registry for a key, each time the same object."""
        if key not in self._found:
            self._found[key] = look_up()
        return self._found[key]

    def known(self, name: str, source: str) -> KnownImage | None:
        """Return the image `name` of a source where nothing is looked up, as in a rendering.

        None where it is built, or looked up in its registry.
        """
        del name, source
        return None

    @abstractmethod
    def tagged(self, name: str) -> pulumi.Output[str]:
        """Return the reference, tag included, under which the image `name` is pushed."""

    @abstractmethod
    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of whatever needs the image `name`.

        `image` is the tag that was pushed, None for an existing image, and `reference` its
        `repository@digest`.
        """

    def pulls(
        self,
        name: str,
        namespace: str,
        image: PulledImage,
        opts: pulumi.ResourceOptions,
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of pods with an image in a namespace, beside those of `deliver`.

        `name` is unique among the applications and containers of the stack.
        """
        del name, namespace, image, opts
        return ()
