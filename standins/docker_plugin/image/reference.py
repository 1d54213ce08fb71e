"""Image names: https://pkg.go.dev/github.com/distribution/reference describes the grammar."""

import re
from dataclasses import dataclass

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?P<domain>{_DOMAIN})/(?P<path>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_OFFICIAL = "docker.io"


@dataclass(frozen=True)
class Reference:
    """A fully qualified image name: `repository` with its host, and what followed it."""

    repository: str
    tag: str | None
    digest: str | None


def parse_canonical(name: str) -> Reference:
    """Read a name that says its registry; raise ValueError in Docker's words otherwise."""
    domain, slash, rest = name.partition("/")
    explicit = slash and (
        "." in domain or ":" in domain or domain == "localhost" or domain != domain.lower()
    )
    remainder = rest if explicit else name
    if (bare := re.split(r"[:@]", remainder)[0]) != bare.lower():
        raise ValueError("invalid reference format: repository name must be lowercase")
    full = name if explicit else f"{_OFFICIAL}/{name}"
    match = _REFERENCE.fullmatch(full)
    if match is None or re.fullmatch(r"[a-f0-9]{64}", name):
        raise ValueError("invalid reference format")
    official_short = match["domain"] == _OFFICIAL and "/" not in match["path"]
    if not explicit or official_short or match["domain"] == "index.docker.io":
        raise ValueError("repository name must be canonical")
    return Reference(f"{match['domain']}/{match['path']}", match["tag"], match["digest"])
