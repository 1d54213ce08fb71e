"""What is certain about an update before anything is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A reason for which an update cannot succeed, in words for a person who may not know
    Kubernetes."""

    cause: str
    """Kind of the reason, such as `Secret missing`."""

    message: str
    """Application, object and namespace, and what is wrong."""

    details: str
    next_step: str
    """A command, or a setting with an example."""


@dataclass(frozen=True)
class Notice:
    """A line about what an update may have to wait for."""

    text: str


Found = list[Finding | Notice]


@dataclass(frozen=True)
class Outlook:
    """What an update has ahead of it. With findings it cannot succeed."""

    findings: tuple[Finding, ...]
    notices: tuple[str, ...]


def outlook(found: Found) -> Outlook:
    """Return the outlook of all that was found, without what was found twice."""
    findings: dict[tuple[str, str], Finding] = {}
    for each in found:
        if isinstance(each, Finding):
            findings.setdefault((each.cause, each.message), each)
    notices = dict.fromkeys(each.text for each in found if isinstance(each, Notice))
    return Outlook(tuple(findings.values()), tuple(notices))


def confirmed(first: Outlook, second: Outlook) -> Outlook:
    """Return the second outlook, with those of its findings that the first one has too."""
    known = {(each.cause, each.message) for each in first.findings}
    both = [each for each in second.findings if (each.cause, each.message) in known]
    return Outlook(tuple(both), second.notices)
