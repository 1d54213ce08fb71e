"""Causes for which a node does not get an image."""

import re
from collections.abc import Callable

from ..events import newest
from ..pods import Container
from ..trouble import Finding, Patience
from .cause import Cause, Words, words
from .settings import setting

_REASONS = (
    *("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"),
    *("ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"),
)

_THIRD_PULL_SECONDS = 50
"""Seconds in which a third pull is made and answered, as a registry may be away for a moment.

The kubelet pulls again after ten seconds and then after twenty, to each of which it adds up to a
half. https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
"""


def _text(container: Container) -> str:
    """Return why the image is missing; empty if it is not.

    Kubelets before 1.32 report nothing but the back-off after the first attempt: then the event
    of that attempt shows it.
    """
    waiting = container.waiting
    if waiting.get("reason") not in _REASONS:
        return ""
    message = waiting.get("message") or ""
    if message.startswith("Back-off pulling image") and "Err" not in message:
        pulls = (each for each in container.events if each.message.startswith("Failed to pull"))
        attempt = newest(pulls, "Failed")
        message = attempt.message if attempt else message
    return f"{waiting['reason']}: {message}"


def _image(container: Container) -> str:
    return container.spec.get("image") or "its image"


def _registry(container: Container) -> str:
    host, slash, _ = _image(container).partition("/")
    is_host = bool(slash) and ("." in host or ":" in host or host == "localhost")
    return host if is_host else "docker.io"


Describe = Callable[[re.Match[str], Container], Finding]


def _finding(what: str, explanation: str, next_step: str) -> Describe:
    """Return the description of a failed pull; `{image}` and `{registry}` stand for theirs."""

    def describe(match: re.Match[str], container: Container) -> Finding:
        del match
        names = {"image": _image(container), "registry": _registry(container)}
        return Finding(
            what.format(**names),
            explanation,
            next_step.format(**names),
            least_seconds=_THIRD_PULL_SECONDS,
        )

    return describe


def _invalid(match: re.Match[str], container: Container) -> Finding:
    del match
    image = setting(container, "image: docker.io/library/nginx:1.29")
    return Finding(
        f"cannot start: {_image(container)} is no name of an image",
        "An image has a registry, a lower-case path and a tag or digest.",
        f"correct it, e.g. {image}",
    )


_OTHER_PLATFORM = _finding(
    "cannot start: the image {image} is not built for the platform of its node",
    "Images are built for one or more platforms, such as linux/amd64 or linux/arm64, and this one "
    "has none for the node.",
    "build for the nodes' platform, e.g. `platform: linux/amd64` in `slipway:image`; `kubectl get "
    "nodes --label-columns kubernetes.io/arch` shows it",
)
_LIMITED = _finding(
    "cannot start yet: {registry} refuses more pulls for now (limit of requests)",
    "Registries limit the pulls of those without a login.",
    "wait, or give the cluster a login: `pullSecret` of `slipway:target.registry`, or a mirror",
)
_CERTIFICATE = _finding(
    "cannot start: its node does not trust the certificate of {registry}",
    "The registry's certificate is signed by an authority that the node does not know, is for "
    "another name, or has expired.",
    "add the authority to the nodes, or renew the certificate of the registry",
)
_DISK = _finding(
    "cannot start: its node has no disk space left for the image {image}",
    "Images are kept on the disk of each node.",
    "free space on the node, or on this machine for a local cluster: `docker system df`",
)
_UNREACHABLE = _finding(
    "cannot start: its node does not reach {registry}, which has the image {image}",
    "The registry does not answer, answers with an error of its own, or its name is unknown to "
    "the node. Behind a mirror, an image that does not exist can look the same.",
    "check the registry and the image from this machine: `docker pull {image}`",
)
_FORBIDDEN = _finding(
    "cannot start: {registry} does not let the cluster pull {image}",
    "The image is private and the cluster has no login, a wrong or an expired one; registries "
    "answer the same for an image that does not exist.",
    "check the name with `docker pull {image}`; for a private image set a login, e.g. `pullSecret` "
    "of `slipway:target.registry`",
)
_MISSING = _finding(
    "cannot start: the image {image} does not exist",
    "The registry answers, and has no image of that name and tag.",
    "correct name or tag, and check it with `docker pull {image}`; `make up` pushes an image that "
    "the stack builds",
)
_NEVER = _finding(
    "cannot start: its node has no image {image}, and may not pull it",
    "The pull policy is Never, so the image must have been loaded onto each node.",
    "remove `imagePullPolicy: Never`, or load the image onto the nodes",
)
_SIGNATURE = _finding(
    "cannot start: the signature of the image {image} is not valid",
    "The node runs signed images only.",
    "sign the image, or name one that is signed",
)
_OTHER = _finding(
    "cannot start: its node cannot pull the image {image}",
    "The node reports an error that is shown below.",
    "check the image from this machine: `docker pull {image}`",
)

_CERTAIN, _CLUSTER = Patience.CERTAIN, Patience.CLUSTER
_WORDS: tuple[Words[Container], ...] = (
    Words("image-name-invalid", _CERTAIN, words(r"^InvalidImageName"), _invalid),
    Words("image-never-pulled", _CERTAIN, words(r"^ErrImageNeverPull"), _NEVER),
    Words("image-signature", _CERTAIN, words(r"^SignatureValidationFailed"), _SIGNATURE),
    Words(
        "other-platform",
        _CERTAIN,
        words(r"no match for platform|no matching manifest|does not match the specified platform"),
        _OTHER_PLATFORM,
    ),
    Words("registry-limit", _CLUSTER, words(r"toomanyrequests|\b429\b|rate limit"), _LIMITED),
    Words("registry-certificate", _CLUSTER, words(r"x509|tls: "), _CERTIFICATE),
    Words("node-disk-full", _CLUSTER, words(r"no space left on device"), _DISK),
    Words(
        "registry-unreachable",
        _CLUSTER,
        words(
            r"^RegistryUnavailable|no such host|server misbehaving|connection re(?:fused|set)|"
            r"timeout|deadline exceeded|no route to host|network is unreachable|\bEOF\b|"
            r": 5\d\d\b|name resolution"
        ),
        _UNREACHABLE,
    ),
    Words(
        "image-forbidden",
        _CERTAIN,
        words(r"unauthorized|forbidden|denied|authorization failed|\b40[13]\b|no basic auth"),
        _FORBIDDEN,
    ),
    Words(
        "image-missing",
        _CERTAIN,
        words(r"not found|manifest unknown|name unknown|\b404\b"),
        _MISSING,
    ),
    Words("image-not-pulled", _CLUSTER, words(r"."), _OTHER),
)

WAITS: tuple[Cause[Container], ...] = tuple(each.cause(_text) for each in _WORDS)
"""Causes of an image that is not on the node, the most telling first."""
