"""The causes of failures, and what a message has to have in it to name each.

The pattern of a cause is the same for all tools. It takes the words of Kubernetes, of the program
and of Slipway alike, and not those by which a tool only says that it has waited in vain.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.rollouts.troubles import CASES, Case


@dataclass(frozen=True)
class Cause:
    """A cause of a failure."""

    name: str
    """Key among the cases of the tests, which have its settings."""

    title: str
    pattern: str
    """Regular expression for a part of a message that names it, in upper or lower case."""

    @property
    def case(self) -> Case:
        """Settings that make an application fail."""
        return CASES[self.name]

    def is_named(self, text: str) -> bool:
        """Return whether a tool's output names the cause."""
        return re.search(self.pattern, " ".join(text.split()), re.IGNORECASE) is not None


_PROBE = r"(?:status ?code:? ?|HTTP status )"
_ALL = (
    Cause("exit-code", "the program ends with an exit code", r"exit code:? ?3\b|no database"),
    Cause("exit-signal", "the program ends by a signal", r"SIGABRT|exit code:? ?134|signal:? ?6\b"),
    Cause("memory-at-start", "out of memory at the start", r"OOM|out of memory|for memory"),
    Cause("memory-later", "out of memory once it serves", r"OOM|out of memory|for memory"),
    Cause("no-command", "the command is not in the image", r"no-such-program"),
    Cause("read-only", "writes to the read-only file system", r"EROFS|read-only"),
    Cause("no-permission", "the file is not executable", r"permission denied|EACCES|may not exec"),
    Cause("port-taken", "the port is in use in the pod", r"EADDRINUSE|in use"),
    Cause("other-port", "listens on another port", r"connection refused|is refused"),
    Cause(
        "silent",
        "does not answer its probe",
        r"probe (?:failed|errored).{0,160}(?:deadline exceeded|timeout)|not answer its \w+ probe",
    ),
    Cause("not-found", "answers its probe with 404", _PROBE + "404"),
    Cause("server-error", "answers its probe with 500", _PROBE + "500"),
    Cause("bad-host", "answers its probe with 400 (Host header)", _PROBE + "400"),
    Cause("slow", "slower than its start-up budget", r"connection refused|does not listen"),
    Cause("no-secret", "a Secret is missing", r"nobody-made-it\W{1,3}(?:not found|does not exist)"),
    Cause("no-key", "a key of a Secret is missing", r"find key other\b|has no key `?other\b"),
    Cause("no-config", "a ConfigMap is missing", r"not-there\W{1,3}(?:not found|does not exist)"),
    Cause("no-room", "no node has the CPU", r"Insufficient cpu|larger than every node"),
    Cause("init-fails", "an init container fails", r"exit code:? ?7\b"),
    Cause("sidecar-fails", "a sidecar fails", r"exit code:? ?8\b"),
    Cause("migration-fails", "the migration fails", r"exit code:? ?9\b|no table"),
    Cause(
        "image-missing", "the image does not exist", r"absent/web\S*.{0,80}(?:not found|not exist)"
    ),
    Cause(
        "image-forbidden",
        "the registry wants a login",
        r"private/web.{0,200}(?:authoriz|\b401\b|does not let|denied|credentials)",
    ),
    Cause(
        "other-platform",
        "the image is for another platform",
        r"match for platform|is built for|built for the platform",
    ),
    Cause("no-driver", "a volume cannot be mounted", r"missing\.example\.test"),
    Cause("other-zone", "a volume is in another zone", r"node aff|reach its volume"),
    Cause("small-quota", "the quota is too small", r"exceeded quota|ResourceQuota `small`"),
    Cause("refused", "a policy refuses the pods", r"no pod may be in debug mode"),
)
CAUSES: Mapping[str, Cause] = {each.name: each for each in _ALL}
"""The causes by their names."""
