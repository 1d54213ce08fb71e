"""`python -m stacks.write_back`: proposals as JSON in, an answer to each of them out."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.render.configuration import configure
from components.settings.model import SettingsError
from components.settings.stack_file import NAMESPACE, stack_settings
from stacks.write_back.declaring import path_of
from stacks.write_back.draft import Draft
from stacks.write_back.proposal import Proposal
from stacks.write_back.writing import Answer, written


def main(arguments: Sequence[str]) -> int:
    """Write what can be written; return 1, with a message, for a stack file that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m stacks.write_back", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--root", required=True, type=Path, help="folder of Pulumi.yaml")
    options = parser.parse_args(arguments)
    asyncio.set_event_loop(asyncio.new_event_loop())  # outputs, such as secrets, need one
    proposals = [Proposal.read(each) for each in json.load(sys.stdin)]
    try:
        project = configure(options.root, options.stack)
        settings, where = stack_settings()
        file = project.stack_file(options.stack)
        text = file.read_bytes().decode()
        before = Draft.of(text, project.name, settings, where)
        after, answers = written(before, proposals)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    if after.text != text:
        _replace(file, after.text)
    print(json.dumps([_answer(after, *each) for each in zip(proposals, answers, strict=True)]))
    return 0


def _replace(file: Path, text: str) -> None:
    """Write a file as a whole, so that an interrupted run leaves the one before."""
    target = file.resolve()
    new = target.with_name(f".{target.name}.new")
    new.write_bytes(text.encode())
    new.chmod(target.stat().st_mode)
    os.replace(new, target)  # noqa: PTH105 - the same as Path.replace, with the order of `mv`


def _answer(draft: Draft, proposal: Proposal, answer: Answer) -> dict[str, Any]:
    if answer.reason:
        return {"reason": answer.reason}
    paths = [path_of(draft.model, proposal, path) for path, _ in proposal.settings]
    return {"settings": [f"{NAMESPACE}:{_text(path)}" for path in paths]}


def _text(path: Sequence[str | int]) -> str:
    """Return a path as `pulumi config set --path` takes it."""
    first, *rest = path
    return str(first) + "".join(map(_step, rest))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f'["{step}"]' if "." in step else f".{step}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
