"""Docker's own way to published images: its proxy, its mirrors, its logins, what it has."""

import subprocess

from toolchain.lock import PublishedImage
from toolchain.reach.answer import Answer

SOURCE = "Docker"

_PULL_SECONDS = 30
_ANSWER_SECONDS = 20
# Go's words for a name that does not exist, and a registry's for what it has not.
_ABSENT = (
    "no such host",
    "connection refused",
    "manifest unknown",
    "not found",
    "access denied",
    "unauthorized",
)
# Where these stand beside the others, they are the cause.
_UNKNOWN = (
    "proxyconnect",
    "x509",
    "timeout",
    "credential",
    "cannot connect to the docker daemon",
)


def ask_docker(docker: str, image: PublishedImage, seconds: float = _PULL_SECONDS) -> Answer:
    """Return whether Docker has a published image by its digest, or can pull it within a time.

    What is pulled gets its tag. An image of that tag with another digest stays as it is.
    """
    if image.digest and _run([docker, "image", "inspect", image.by_digest], _ANSWER_SECONDS) == "":
        return Answer("present", f"has {image.reference}")
    error = _run([docker, "pull", "--quiet", image.by_digest], seconds)
    if error is None:
        return Answer("unknown", f"no pull of {image.reference} within {seconds:g} s")
    if error:
        return _of_error(error)
    if _run([docker, "image", "inspect", image.reference], _ANSWER_SECONDS) != "":
        _run([docker, "tag", image.by_digest, image.reference], _ANSWER_SECONDS)
    return Answer("present", f"pulls {image.reference}")


def _run(command: list[str], seconds: float) -> str | None:
    """Run a command; return "" after a success, its last line after a failure, None if too slow."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        return f"it cannot be asked: {error}"
    if done.returncode == 0:
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"


def _of_error(text: str) -> Answer:
    reason = text.removeprefix("Error response from daemon: ")
    lower = text.lower()
    is_absent = any(sign in lower for sign in _ABSENT)
    if is_absent and not any(sign in lower for sign in _UNKNOWN):
        return Answer("absent", reason)
    return Answer("unknown", reason)
