"""Belongs here: causes for which a container does not start: its image and its configuration."""

import pytest

from components.diagnosis import troubles
from tests.unit.components.diagnosis.scenes import About, Scene, event, pod, waiting

_PLACE = "web: container web of pod web-5d8-x2x4q on worker-2 "
_PULL = 'failed to pull and unpack image "r.example/web:1": failed to resolve reference '
_PULL += '"r.example/web:1": '


def _first(reason: str, message: str) -> tuple[str, str]:
    trouble = troubles(Scene([pod(waiting(reason, message))]).reading())[0]
    return trouble.cause, trouble.first_line.removeprefix(_PLACE)


@pytest.mark.parametrize(
    ("message", "cause", "line"),
    [
        (
            "r.example/web:1: not found",
            "image-missing",
            "cannot start: the image r.example/web:1 does not exist",
        ),
        (
            "pull access denied, repository does not exist or may require authorization",
            "image-forbidden",
            "cannot start: r.example does not let the cluster pull r.example/web:1",
        ),
        (
            "no match for platform in manifest: not found",
            "other-platform",
            "cannot start: the image r.example/web:1 is not built for the platform of its node",
        ),
        (
            "failed to do request: Head: dial tcp: lookup r.example: no such host",
            "registry-unreachable",
            "cannot start: its node does not reach r.example, which has the image r.example/web:1",
        ),
        (
            "unexpected status from HEAD request to https://r.example/v2/: 500 Server Error",
            "registry-unreachable",
            "cannot start: its node does not reach r.example, which has the image r.example/web:1",
        ),
        (
            "429 Too Many Requests - Server message: toomanyrequests: You have reached your limit",
            "registry-limit",
            "cannot start yet: r.example refuses more pulls for now (limit of requests)",
        ),
        (
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "registry-certificate",
            "cannot start: its node does not trust the certificate of r.example",
        ),
        (
            "write /var/lib/containerd/ingest: no space left on device",
            "node-disk-full",
            "cannot start: its node has no disk space left for the image r.example/web:1",
        ),
    ],
)
def test_an_image_that_is_not_pulled_has_a_cause(message: str, cause: str, line: str) -> None:
    assert _first("ErrImagePull", _PULL + message) == (cause, line)


def test_a_back_off_without_a_cause_has_that_of_the_event_before() -> None:
    """As kubelets before 1.32 report it."""
    attempt = event("Failed", f'Failed to pull image "r.example/web:1": {_PULL}web:1: not found')
    refused = event("Failed", "Error: ErrImagePull", About(seconds=2))
    container = waiting("ImagePullBackOff", 'Back-off pulling image "r.example/web:1"')
    scene = Scene([pod(container)], events=[attempt, refused])
    assert troubles(scene.reading())[0].cause == "image-missing"


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("InvalidImageName", "image-name-invalid"),
        ("ErrImageNeverPull", "image-never-pulled"),
        ("ImageInspectError", "image-not-pulled"),
    ],
)
def test_an_image_may_be_refused_by_its_reason(reason: str, cause: str) -> None:
    assert _first(reason, "")[0] == cause


@pytest.mark.parametrize(
    ("message", "cause", "line"),
    [
        (
            'secret "web-tls" not found',
            "missing-object",
            "cannot start: the Secret web-tls does not exist in the namespace shop",
        ),
        (
            'configmap "web-files" not found',
            "missing-object",
            "cannot start: the ConfigMap web-files does not exist in the namespace shop",
        ),
        (
            "couldn't find key TOKEN in Secret shop/web-secrets",
            "missing-key",
            "cannot start: the Secret web-secrets has no key TOKEN",
        ),
        (
            "couldn't find key MODE in ConfigMap shop/web-modes",
            "missing-key",
            "cannot start: the ConfigMap web-modes has no key MODE",
        ),
        (
            "container has runAsNonRoot and image has non-numeric user (node), cannot verify",
            "named-user",
            "cannot start: its image names its user node in words",
        ),
        (
            'container has runAsNonRoot and image will run as root (pod: "web", container: web)',
            "runs-as-root",
            "cannot start: its image runs as root, which the pod does not allow",
        ),
    ],
)
def test_a_container_that_is_not_configured_has_a_cause(
    message: str, cause: str, line: str
) -> None:
    assert _first("CreateContainerConfigError", message) == (cause, line)


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("failed to generate spec: no command specified", "no-command"),
        ('failed to reserve container name "web_1": name "web_1" is reserved for', "runtime-busy"),
        ("context deadline exceeded", "runtime-busy"),
    ],
)
def test_a_container_that_is_not_created_has_a_cause(message: str, cause: str) -> None:
    assert _first("CreateContainerError", message)[0] == cause
