"""The proposals that a stack file can take: all that go together."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.settings.model import SettingsError
from stacks.write_back.declaring import declared, manifests
from stacks.write_back.draft import Draft
from stacks.write_back.proposal import REMOVED, Proposal


@dataclass(frozen=True)
class Answer:
    """The end of a proposal."""

    reason: str = ""
    """Why it was not written; empty if it was."""


def written(draft: Draft, proposals: Sequence[Proposal]) -> tuple[Draft, list[Answer]]:
    """Return the draft with the proposals that it can take, and an answer to each.

    A setting counts as found only if the settings declare the former value of the field now, and
    the live one afterwards: the manifests are made of both. Values that are accepted together only,
    such as a request and its limit, are.
    """
    known = manifests(draft.model)
    answers: dict[int, Answer] = {}
    pending: list[int] = []
    for number, proposal in enumerate(proposals):
        given = declared(known, proposal)
        if proposal.declared is None or given == proposal.declared:
            pending.append(number)
        else:
            shown = "nothing" if given is REMOVED else given
            answers[number] = Answer(
                f"the settings give {shown} there, so that the program or an edit since the last "
                "`make up` decides"
            )
    taken: list[int] = []
    if pending:
        draft, taken = _all_or_each(draft, proposals, pending, answers)
    answers.update(dict.fromkeys(taken, Answer()))
    return draft, [answers[number] for number in range(len(proposals))]


def _all_or_each(
    draft: Draft, proposals: Sequence[Proposal], pending: list[int], answers: dict[int, Answer]
) -> tuple[Draft, list[int]]:
    try:
        return _taking(draft, proposals, pending), pending
    except SettingsError:
        pass  # one of them at least is refused: those are found one by one
    taken: list[int] = []
    progress = True
    while progress:
        progress = False
        for number in [each for each in pending if each not in taken]:
            try:
                draft = _taking(draft, proposals, [number], taken)
            except SettingsError as error:
                answers[number] = Answer(_reason(error))
            else:
                taken.append(number)
                progress = True
    return draft, taken


def _taking(
    draft: Draft, proposals: Sequence[Proposal], more: Sequence[int], taken: Sequence[int] = ()
) -> Draft:
    for number in more:
        draft = draft.with_proposal(proposals[number])
    draft.require([proposals[number] for number in (*taken, *more)])
    return draft


def _reason(error: SettingsError) -> str:
    first, *lines = str(error).splitlines()
    return "; ".join(line.strip() for line in lines) or first
