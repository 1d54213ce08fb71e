"""The word list: what is not written, and what is written instead.

Whoever knows kubectl, docker and pulumi knows the words on the right at first sight. A new entry
is a pattern that rarely hits anything else; a hit that is right goes into `EXEMPTIONS`.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Words to avoid, as a regular expression that ignores case, and the words to use."""

    pattern: str
    instead: str

    def find(self, text: str) -> list[re.Match[str]]:
        """Return every place in a text where the words stand."""
        return list(re.finditer(self.pattern, text, re.IGNORECASE))


RULES = (
    Rule(r"\banew\b", "again; recreated, rebuilt, restarted"),
    Rule(r"\bmend(s|ed|ing)?\b", "fix, how to fix it"),
    Rule(r"\b(there already|already there)\b", "already exists"),
    Rule(r"\bfor life\b", "immutable; a change replaces the cluster"),
    Rule(r"\bstrangers?\b", "conflict, other owner"),
    Rule(r"\b(somebody|someone)( else)?('s)?\b(?!/)", "other owner, another program, the user"),
    Rule(r"\bnobody's\b", "without an owner"),
    Rule(r"\bours\b", "owned by the stack, of this project"),
    Rule(r"\b(is|are|be|all) well\b", "is healthy, no problem found"),
    Rule(r"\blately\b", "age, recent"),
    Rule(r"\bbegun\b", "started; incomplete"),
    Rule(r"\btold\b", "reported, passed, configured; message"),
    Rule(r"\btells\b", "reports, shows, distinguishes"),
    Rule(r"\bsays (no|nothing|so)\b", "has no, prints nothing, reports it"),
    Rule(r"\bthe news\b", "the update; endpoints are updated"),
    Rule(r"\bthe engine('s)?\b", "Docker, or Pulumi: whichever it is"),
    Rule(r"\bfittings?\b", "mounts and ports"),
    Rule(r"\bvacat(e|es|ed|ing)\b", "drain and remove"),
    Rule(r"\bbroken off\b", "interrupted"),
    Rule(r"\btid(y|ies|ied)\b", "cleanup"),
    Rule(r"\bat odds\b", "differs"),
    Rule(r"\bwhat must be there\b", "Prerequisites"),
    Rule(r"\bwhen something fails\b", "Troubleshooting"),
    Rule(r"\bgo(es|ing)? on (from|with|as|in)\b", "continue"),
)

NAME_RULES = (Rule(r"\bs\b", "no possessive: the_nodes_of_the_cluster"),)
"""Rules for names of tests only, in which a space stands for each underscore."""

SETTING_RULES = (
    Rule(r"\bcalmSeconds\b", "scaleDownStabilizationSeconds"),
    Rule(r"\bsecretFolders\b", "secretVolumes"),
    Rule(r"\bnodeLossSeconds\b", "nodeUnreachableSeconds"),
    Rule(r'"disk(Limit)?":', "ephemeralStorage, ephemeralStorageLimit"),
)
"""Rules for the names of settings in the schema; elsewhere an old name may be refused by name."""


@dataclass(frozen=True)
class Exemption:
    """A hit that is right: the file, a part of its text, and the reason."""

    file: str
    text: str
    reason: str


EXEMPTIONS = (Exemption("docs/style.md", "| ", "the table of these words"),)
