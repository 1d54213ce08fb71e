"""Which lines of a Dockerfile an older Docker refuses, and the words for it."""

import pytest

from components.image.docker_features import check_docker
from components.machine.runner import LocalError, Runner
from components.settings.model import SettingsError

_HERE = "FROM scratch\n\nRUN <<EOF\necho 1\nEOF\n"


class Docker(Runner):
    """A Docker Engine of a version; of none, one that does not answer."""

    def __init__(self, version: str) -> None:
        super().__init__({"VERSION": version})

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        del command, stdin, timeout
        version = (self.environment or {})["VERSION"]
        if not version:
            raise LocalError("no answer")
        return f"{version}\n"


@pytest.mark.parametrize(
    ("text", "version", "message"),
    [
        (_HERE, "20.10.24+dfsg1", r"web, line 3: a here-document needs Docker 23\.0, and this is"),
        (_HERE, "20.10.24+dfsg1", r"Docker 20\.10\.24\+dfsg1; .*`# syntax=docker/dockerfile:1`"),
        ("FROM scratch\nCOPY --link a b\n", "20.10.5", "line 2: `COPY --link` needs Docker 23"),
        ("FROM scratch\nADD --chown=1 --link a b\n", "20.10.5", "line 2: `ADD --link`"),
        ("FROM a\nRUN --mount=type=cache,target=/c x\n", "19.3.1", "`RUN --mount` needs Docker 20"),
    ],
)  # fmt: skip
def test_a_line_that_needs_a_newer_docker_is_explained(
    text: str, version: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        check_docker(text, "web", None, Docker(version))


@pytest.mark.parametrize(
    ("line", "option", "before", "since"),
    [
        ("run --network=none x", "RUN --network", "20.10.24", "23.0"),
        ("ADD --checksum=sha256:0 http://a /", "ADD --checksum", "24.0.9", "25.0"),
        ("HEALTHCHECK --start-interval=1s CMD x", "HEALTHCHECK --start-interval", "24.0", "25.0"),
        ("ADD --unpack=false a.tar /", "ADD --unpack", "28.2.2", "28.3"),
        ("ADD --chown=1 --exclude=*.md . /", "ADD --exclude", "28.4.0", "28.5"),
        ("COPY --exclude=*.md . /", "COPY --exclude", "28.4.0", "28.5"),
        ("COPY --link \\\n  --parents a/b /", "COPY --parents", "29.0.4", "29.1"),
    ],
)
def test_an_option_passes_from_the_docker_on_whose_frontend_has_it(
    line: str, option: str, before: str, since: str
) -> None:
    text = f"FROM a\n{line}\n"
    check_docker(text, "web", None, Docker(since))

    with pytest.raises(SettingsError, match=rf"line 2: `{option}` needs Docker {since}, and this"):
        check_docker(text, "web", None, Docker(before))


def test_a_frontend_that_cannot_be_pulled_is_no_way_out() -> None:
    with pytest.raises(SettingsError) as caught:
        check_docker(_HERE, "web", "docker/dockerfile:1", Docker("20.10.24"))

    assert "its frontend docker/dockerfile:1 has no mirror on this machine" in str(caught.value)
    assert "# syntax=" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (_HERE, "23.0.1"),
        (_HERE, "28.3"),
        (_HERE, ""),
        (_HERE, "unknown"),
        (f"# syntax=docker/dockerfile:1\n{_HERE}", "20.10.24"),
        ("FROM a\nRUN --mount=type=cache,target=/c x\n", "20.10.24"),
        ("FROM a\nCOPY --link --parents --exclude=*.md . /\n", "29.1.0"),
        ("FROM a\nADD --checksum=sha256:0 --unpack http://a /\n", "29.0.0"),
        ("FROM a\nRUN install --parents --checksum --network\n", "20.10.24"),
        ("FROM a\nRUN echo --link <<<text; echo $((1<<2))\n", "18.09"),
    ],
)
def test_what_docker_or_the_named_frontend_understands_passes(text: str, version: str) -> None:
    check_docker(text, "web", None, Docker(version))
