"""ImageRegistry: where a target's images are pushed to, and what makes its nodes able to pull."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import pulumi
import pulumi_docker as docker


class ImageRegistry(ABC):
    """The registry of a target, for images and for the pods that run them.

    That nodes can pull an image is checked as early as possible: by `deliver`, when it is pushed;
    or by `pulls`, where nodes need the pull secrets of a namespace.
    """

    login: docker.RegistryArgs | None = None
    """Login with which images are pushed; None where Docker's own configuration decides."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets, in every namespace of the stack, with which its images are pulled."""

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
        reference: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of pods with an image, beside those of `deliver`."""
        del name, namespace, reference, opts
        return ()
