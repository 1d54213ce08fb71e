"""`python -m stacks.delivery`: by what a stack is delivered, and to which cluster, as JSON.

For commands, which read no settings themselves.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from components.names import Names
from components.render.configuration import configure
from components.settings.model import SettingsError
from components.targets import CloudTargetArgs
from stacks.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Print `deliver`, `context`, `uid` and the value of the label `slipway.dev/stack`.

    `context` is null where the stack makes its cluster or another stack exports it, and `uid`
    where the settings do not name it. Returns 1, with a message, for settings that are wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m stacks.delivery", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--root", required=True, type=Path, help="folder of Pulumi.yaml")
    options = parser.parse_args(arguments)
    try:
        project = configure(options.root, options.stack)
        settings = Settings.load(rendering=True)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    target = settings.target
    is_cloud = isinstance(target, CloudTargetArgs)
    found = {
        "deliver": settings.deliver,
        "context": target.context if is_cloud else None,
        "uid": target.uid if is_cloud else None,
        "label": Names(project.name, options.stack).base,
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
