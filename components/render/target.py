"""RenderTarget: the target of a rendering, which looks nothing up and has no cluster."""

import asyncio
from collections.abc import Mapping

import pulumi

from ..k8s.access import ClusterAccess
from ..settings.model import SettingsError
from ..targets import AnyTargetArgs, LocalTargetArgs, Target
from ..targets.exposure import Exposure
from ..targets.images import ImageRegistry, KnownImage
from .images import LockedContent, by_digest, require_known, with_digest


class RenderImages(ImageRegistry):
    """The images of a rendering: those that are given, else those of the lock file."""

    def __init__(
        self, args: AnyTargetArgs, stack: str, given: Mapping[str, str], locked: LockedContent
    ) -> None:
        super().__init__()
        self.pull_secrets = args.pull_secrets
        self._stack, self._given, self._locked = stack, given, locked
        self._names: list[str] = []

    def known(self, name: str, source: str) -> KnownImage:
        """Return the image `name`.  Raises SettingsError if neither has it for this source."""
        self._names.append(name)
        locked = self._locked.image(name, source) or by_digest(source)
        if (image := self._given.get(name)) is not None:
            locked = with_digest(image, locked, source)
        if locked is None:
            raise SettingsError(
                f"the image {name} of `{source}` is not known: `pulumi up --stack {self._stack}` "
                f"of a program with Lock(…) writes {self._locked.shown}; or give it: --image "
                f"{name}=repository@sha256:…"
            )
        return KnownImage(locked.image, locked.user, locked.group, is_given=image is not None)

    def require_all_used(self) -> None:
        """Raise SettingsError for a given image that the program does not have."""
        require_known(self._given, self._names)

    def tagged(self, name: str) -> pulumi.Output[str]:
        raise AssertionError(f"nothing is built in a rendering: {name}")

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> tuple[pulumi.Resource, ...]:
        raise AssertionError(f"nothing is delivered in a rendering: {name}")


class RenderTarget(Target):
    """Takes applications as the target of `args` does; only their objects are of interest."""

    def __init__(
        self,
        args: AnyTargetArgs,
        given: Mapping[str, str],
        locked: LockedContent,
        *,
        production: bool,
    ) -> None:
        refused = args.too_few_nodes() if production and isinstance(args, LocalTargetArgs) else []
        if refused:
            raise SettingsError("\n".join(refused))
        super().__init__(
            "RenderTarget", "target", None, production=production, namespaces=args.namespaces
        )
        self.args = args
        self.is_local = args.is_local
        self.images = self.rendered_images = RenderImages(args, self.names.stack, given, locked)
        self.access = ClusterAccess(unknown(), unknown(), unknown())
        self.provider = self._make_provider("target")
        self.ready = []
        self.register_outputs({})

    @property
    def platform(self) -> pulumi.Output[str]:
        return unknown()

    def exposure(self, application: str) -> Exposure:
        return self.args.exposure(application, unknown())

    def hash_key(self) -> pulumi.Output[str]:
        # A Secret with it is refused; it must be registered for that.
        return pulumi.Output.from_input("rendering")


def unknown() -> pulumi.Output[str]:
    """Return an output that only an update knows; an object with it is refused."""
    value: asyncio.Future[str] = asyncio.get_event_loop().create_future()
    value.set_result("")
    is_known: asyncio.Future[bool] = asyncio.get_event_loop().create_future()
    is_known.set_result(False)
    return pulumi.Output(set(), value, is_known)
