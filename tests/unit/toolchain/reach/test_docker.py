"""Docker's own way to images: what it has, what it pulls, and what its errors mean.

Belongs here: the calls to the Docker client, which is a script.
"""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.lock import PublishedImage
from toolchain.reach.answer import Answer
from toolchain.reach.docker import ask_docker

IMAGE = PublishedImage("docker.io/library/registry:2.8.3", "sha256:" + "a" * 64)
BY_DIGEST = f"docker.io/library/registry@{IMAGE.digest}"


class Docker:
    """A Docker client that writes down what it is asked, and answers with prepared lines of sh."""

    def __init__(self, folder: Path, **answers: str) -> None:
        self._calls = folder / "calls"
        arms = "\n".join(f"{word}) {body} ;;" for word, body in answers.items())
        body = f'echo "$*" >> {self._calls}\ncase "$1" in\n{arms}\nesac'
        self.client = str(samples.program(folder, "docker", body))

    @property
    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines()


def test_an_image_that_docker_has_by_its_digest_is_not_pulled(tmp_path: Path) -> None:
    docker = Docker(tmp_path)
    assert ask_docker(docker.client, IMAGE) == Answer("present", f"has {IMAGE.reference}")
    assert docker.calls == [f"image inspect {BY_DIGEST}"]


def test_an_image_is_pulled_by_its_digest_and_gets_its_tag(tmp_path: Path) -> None:
    docker = Docker(tmp_path, image="exit 1")
    assert ask_docker(docker.client, IMAGE) == Answer("present", f"pulls {IMAGE.reference}")
    assert docker.calls[1] == f"pull --quiet {BY_DIGEST}"
    assert docker.calls[-1] == f"tag {BY_DIGEST} {IMAGE.reference}"


def test_a_tag_that_exists_stays_where_it_is(tmp_path: Path) -> None:
    docker = Docker(tmp_path, image=f'[ "$3" = {IMAGE.reference} ]')
    assert ask_docker(docker.client, IMAGE).state == "present"
    assert not [call for call in docker.calls if call.startswith("tag")]


def test_an_image_without_a_digest_is_pulled_by_its_tag(tmp_path: Path) -> None:
    docker = Docker(tmp_path)
    ask_docker(docker.client, PublishedImage(IMAGE.reference))
    assert docker.calls[0] == f"pull --quiet {IMAGE.reference}"


_REGISTRY = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": '


@pytest.mark.parametrize(
    ("message", "state"),
    [
        (
            f"{_REGISTRY}dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: no such host",
            "absent",
        ),
        (f"{_REGISTRY}dial tcp 10.1.1.1:443: connect: connection refused", "absent"),
        ("Error response from daemon: manifest unknown: manifest unknown", "absent"),
        ("Error: pull access denied for registry, may require 'docker login'", "absent"),
        (f"{_REGISTRY}x509: certificate signed by unknown authority", "unknown"),
        (f"{_REGISTRY}net/http: TLS handshake timeout", "unknown"),
        (f"{_REGISTRY}proxyconnect tcp: dial tcp 10.1.1.1:3128: connection refused", "unknown"),
        (f"{_REGISTRY}dial tcp: lookup registry-1.docker.io: server misbehaving", "unknown"),
        ("Error response from daemon: toomanyrequests: You have reached your limit", "unknown"),
        (f"{_REGISTRY}Forbidden", "unknown"),
        (
            'error getting credentials - err: exec: "docker-credential-pass": not found in $PATH',
            "unknown",
        ),
    ],
)
def test_the_errors_of_docker_are_absence_or_not(tmp_path: Path, message: str, state: str) -> None:
    (tmp_path / "message").write_text(f"{message}\n")
    docker = Docker(tmp_path, image="exit 1", pull=f"cat {tmp_path / 'message'} >&2; exit 1")
    answer = ask_docker(docker.client, IMAGE)
    assert answer == Answer(state, message.removeprefix("Error response from daemon: "))  # type: ignore[arg-type]


def test_a_pull_that_takes_too_long_is_no_absence(tmp_path: Path) -> None:
    docker = Docker(tmp_path, image="exit 1", pull="exec sleep 5")
    answer = ask_docker(docker.client, IMAGE, seconds=0.2)
    assert answer.state == "unknown"
    assert "within 0.2 s" in answer.reason
