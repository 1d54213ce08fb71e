"""Choices between what is published and what is made here, for tools and images."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from toolchain.errors import ToolchainError
from toolchain.lock import Lock
from toolchain.reach.answer import Answer, ask
from toolchain.reach.docker import SOURCE as DOCKER
from toolchain.reach.remembered import Remembered
from toolchain.reach.rounds import Ask, ask_all

TOOLS, IMAGES = "SLIPWAY_TOOLS", "SLIPWAY_IMAGES"


@dataclass(frozen=True)
class Choice:
    """A choice between what is published and what is made here, with its reason in words.

    ``by_hand`` is set where the user decided, ``is_certain`` is not where a source could not be
    asked now, so that an earlier answer, or none, decided.
    """

    is_published: bool
    reason: str
    by_hand: bool = False
    is_certain: bool = True


@dataclass(frozen=True)
class Reach:
    """The choices for tools (vendors' releases or builds) and images (pulled or made here)."""

    tools: Choice
    images: Choice


def choose_tools(
    lock: Lock,
    remembered: Remembered,
    environment: Mapping[str, str] = os.environ,
    ask: Ask = ask,
) -> Choice:
    """Choose between releases and builds, within 10 s; SLIPWAY_TOOLS decides by hand.

    Releases are used if all their hosts are present. Raises ToolchainError for a SLIPWAY_TOOLS
    that is no choice.
    """
    if choice := _by_hand(environment, TOOLS, ("release", "build", "build-whole")):
        return choice
    hosts = {urlsplit(url).netloc: url for url in lock.vendors}
    by_url = ask_all(hosts.values(), ask)
    answers = {host: by_url[url] for host, url in hosts.items() if url in by_url}
    choice = _weigh(answers, remembered)
    if choice.is_published:
        return _with(choice, f"{TOOLS}=build builds instead") if not choice.is_certain else choice
    reason = f"as the vendors' releases are out of reach: {choice.reason}"
    return replace(choice, reason=f"{reason}; {TOOLS}=release uses them all the same")


def choose_images(
    lock: Lock,
    remembered: Remembered,
    docker: Callable[[], Answer | None],
    environment: Mapping[str, str] = os.environ,
    ask: Ask = ask,
) -> Choice:
    """Choose between pulling and making images; SLIPWAY_IMAGES decides by hand.

    The registry is asked from here first. Where it is not present, ``docker`` is called, which
    may have a way of its own: the answer of Docker, or None if none runs. Raises ToolchainError
    for a SLIPWAY_IMAGES that is no choice.
    """
    if choice := _by_hand(environment, IMAGES, ("pull", "make")):
        return choice
    host = urlsplit(lock.registry).netloc
    answers = ask_all({lock.registry}, ask)
    from_here = {host: answers[lock.registry]}
    if answers[lock.registry].state == "present":
        return _weigh(from_here, remembered)
    through = docker()
    if through and through.state == "present":
        remembered.note(DOCKER, through)
        remembered.note(host, answers[lock.registry])
        return Choice(True, f"as Docker {through.reason}")
    choices = [_weigh(from_here, remembered)]
    if through:
        choices.insert(0, _weigh({DOCKER: through}, remembered))
    if earlier := [choice for choice in choices if choice.is_published]:
        return _with(earlier[0], f"{IMAGES}=make makes them instead")
    reason = f"as none can be pulled: {'; '.join(choice.reason for choice in choices)}"
    return Choice(
        False,
        f"{reason}; {IMAGES}=pull pulls them all the same",
        is_certain=all(choice.is_certain for choice in choices),
    )


def _by_hand(
    environment: Mapping[str, str], variable: str, words: tuple[str, ...]
) -> Choice | None:
    word = environment.get(variable, "")
    if not word:
        return None
    if word not in words:
        raise ToolchainError(
            f"{variable} is {word}, which is neither {' nor '.join(words)}",
            f"unset {variable}, or: {variable}={words[1]} make setup",
        )
    return Choice(word == words[0], f"as {variable}={word} demands", by_hand=True)


def _weigh(answers: Mapping[str, Answer], remembered: Remembered) -> Choice:
    """Return whether all sources are present; an earlier answer counts for one that is unknown.

    A certain absence now decides. Certain answers are remembered.
    """
    for source, answer in answers.items():
        remembered.note(source, answer)
    absent = {name: one for name, one in answers.items() if one.state == "absent"}
    if absent:
        return Choice(False, _listed(absent, remembered))
    unknown = {name: one for name, one in answers.items() if one.state == "unknown"}
    if not unknown:
        return Choice(True, f"as {_and(answers)} {'answer' if len(answers) > 1 else 'answers'}")
    earlier = [remembered.last(source) for source in unknown]
    is_published = all(kept is not None and kept.is_present for kept in earlier)
    reason = _listed(unknown, remembered)
    return Choice(
        is_published, f"as before: {reason}" if is_published else reason, is_certain=False
    )


def _listed(answers: Mapping[str, Answer], remembered: Remembered) -> str:
    return "; ".join(
        f"{source}: {answer.reason}{_earlier(source, answer, remembered)}"
        for source, answer in answers.items()
    )


def _earlier(source: str, answer: Answer, remembered: Remembered) -> str:
    kept = remembered.last(source)
    if answer.state != "unknown" or kept is None:
        return ""
    return f" ({'present' if kept.is_present else 'absent'} on {kept.day})"


def _and(names: Collection[str]) -> str:
    *others, last = sorted(names)
    return f"{', '.join(others)} and {last}" if others else last


def _with(choice: Choice, way_out: str) -> Choice:
    return replace(choice, reason=f"{choice.reason}; {way_out}")
