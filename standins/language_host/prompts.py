"""Questions of `pulumi new` for a Python project: the runtime options of Pulumi.yaml."""

import shutil
from collections.abc import Sequence
from typing import Any

from standins.language_host.stubs import language_pb2


def prompts(options: dict[str, Any]) -> Sequence["language_pb2.RuntimeOptionPrompt"]:
    """Return the questions that remain open under the options given so far."""
    if "toolchain" not in options:
        tools = ["pip", *(["uv"] if shutil.which("uv") else [])]
        return [_question("toolchain", "The toolchain to install dependencies with", tools)]
    if options["toolchain"] == "pip" and "virtualenv" not in options:
        return [_question("virtualenv", "The virtualenv to use", ["venv"])]
    return []


def _question(
    key: str, description: str, choices: Sequence[str]
) -> "language_pb2.RuntimeOptionPrompt":
    prompt = language_pb2.RuntimeOptionPrompt
    values = [
        prompt.RuntimeOptionValue(promptType=prompt.STRING, stringValue=choice, displayName=choice)
        for choice in choices
    ]
    return prompt(
        key=key,
        description=description,
        promptType=prompt.STRING,
        choices=values,
        default=values[0],
    )
