"""Sentences with which the API server refuses an object: which are certain, and what to do.

What may pass by itself is none: an answer of 429 or 500, a webhook that is not reached, a quota
that others use up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...k8s.api import ApiError
from . import sentences
from .finding import Finding
from .subject import Subject

_BUSY, _BROKEN, _CONFLICT, _INVALID, _BAD = 429, 500, 409, 422, 400

_PASSING = re.compile(
    r"failed calling webhook|does not support dry run|not yet ready to handle request"
    r"|status unknown for quota|connection refused|connection reset|no such host|i/o timeout"
    r"|TLS handshake timeout|context deadline exceeded|[Cc]lient\.Timeout|server misbehaving"
    r"|too many requests|leader change|timed out"
)
"""Trouble of a moment, also of what a webhook depends on."""

_IMMUTABLE = re.compile(r"field is immutable|updates to statefulset spec for fields other than")
"""Changes that an update makes in other ways: in place, or by a replacement that is allowed."""

_SCHEMA = re.compile(r"failed to create typed patch object|failed to convert new object")
"""An object of a wrong form, which server-side apply answers with 500."""


@dataclass(frozen=True)
class _Rule:
    """A sentence by its pattern, and the finding that it makes."""

    pattern: re.Pattern[str]
    make: Callable[[Subject, re.Match[str]], Finding | None]
    by_account: bool = False
    """Whether it may depend on the account that sends the request."""


def refusal(subject: Subject, error: ApiError, *, of_pod: bool) -> Finding | None:
    """Return what is certain about a refusal of the workload, or of a pod of it."""
    sentence = error.message
    if _SCHEMA.search(sentence):
        return sentences.invalid(subject, sentence)
    if _passes(error) or _IMMUTABLE.search(sentence):
        return None
    for rule in _RULES:
        if match := rule.pattern.search(sentence):
            return rule.make(subject, match)
    if "cannot" in sentence and "in API group" in sentence:
        # The controller creates pods, not this account.
        return None if of_pod else sentences.no_right(subject, sentence)
    if error.status in (_INVALID, _BAD):
        return sentences.invalid(subject, sentence)
    return None if of_pod else sentences.refused(subject, "the API server", sentence)


def depends_on_account(error: ApiError) -> bool:
    """Return whether a refusal may concern the account that sent the request, not the object."""
    return any(rule.by_account and rule.pattern.search(error.message) for rule in _RULES)


def _passes(error: ApiError) -> bool:
    is_busy = error.status in (0, _BUSY, _CONFLICT) or error.status >= _BROKEN
    return is_busy or _PASSING.search(error.message) is not None


def _rule(
    pattern: str,
    make: Callable[[Subject, re.Match[str]], Finding | None],
    *,
    by_account: bool = False,
) -> _Rule:
    return _Rule(re.compile(pattern, re.DOTALL), make, by_account)


_RULES = (
    _rule(
        r'admission webhook "([^"]+)" denied the request(.*)', sentences.webhook, by_account=True
    ),
    _rule(
        r"ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)",
        sentences.policy,
        by_account=True,
    ),
    _rule(
        r"(unable to validate against any security context constraint.*)",
        sentences.constraint,
        by_account=True,
    ),
    _rule(r'violates PodSecurity "([^":]+)[^"]*": (.*)', sentences.pod_security),
    _rule(
        r"((?:minimum|maximum) \S+ usage per .*|\S+ max limit to request ratio .*)",
        sentences.limits,
    ),
    _rule(
        r"exceeded quota: ([^,]+), requested: (\S+), used: \S+, limited: (\S+)",
        sentences.over_quota,
    ),
    _rule(r"failed quota: ([^:]+): must specify (.*)", sentences.unset),
    _rule(r"(insufficient quota to .*)", sentences.uncovered),
    _rule(
        r'error looking up service account \S+: serviceaccount "([^"]+)" not found',
        sentences.account,
    ),
    _rule(r"no PriorityClass with name (\S+) was found", sentences.priority),
    _rule(r'RuntimeClass "([^"]+)" not found', sentences.runtime),
    _rule(r'^namespaces "([^"]+)" not found', sentences.no_namespace),
)
