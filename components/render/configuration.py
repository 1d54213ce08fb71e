"""Pulumi's configuration of a stack from its files alone, as a program gets it."""

import json
import os
from pathlib import Path

import pulumi

from ..settings.configuration import holds_secret, stack_configuration, text, without_secrets
from ..settings.model import SettingsError
from ..settings.project_file import ProjectFile
from ..settings.yaml import YAMLError


def configure(root: Path, stack: str) -> ProjectFile:
    """Set up Pulumi for a stack of the project in `root`, and return the project.

    Encrypted values are secrets without a content. Raises SettingsError for files that cannot be
    read.
    """
    project = ProjectFile.read(root)
    file = project.stack_file(stack)
    try:
        config = stack_configuration(file.read_bytes(), project.name)
    except FileNotFoundError:
        raise SettingsError(f"{file.name} does not exist in {file.parent.name or '.'}") from None
    except (OSError, YAMLError) as error:
        raise SettingsError(f"{file.name} cannot be read: {error}") from None
    config = project.completed(config, stack)
    texts = {key: text(without_secrets(value)) for key, value in config.items()}
    settings = pulumi.runtime.Settings(
        project=project.name, stack=stack, root_directory=str(root), dry_run=True
    )
    pulumi.runtime.configure(settings)
    os.environ["PULUMI_CONFIG"] = json.dumps(texts)
    pulumi.runtime.set_all_config(texts, [key for key in config if holds_secret(config[key])])
    return project
