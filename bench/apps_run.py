"""One program of applications under mocks: `python -m bench.apps_run slipway 100`.

Prints CPU seconds and MiB. CPU seconds, as the program waits for nothing,
and whatever else the machine does counts less in them. Imports nothing that a program by hand
would not.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any, cast

import pulumi

# What the machine would have added to the resources.
_KNOWN = {"user": 10001.0, "group": 10001.0, "application": 8080.0, "registry": 5001.0}


class _Mocks(pulumi.runtime.Mocks):
    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        given = cast("dict[str, Any]", args.inputs)  # pyright: ignore[reportUnknownMemberType]
        return f"{args.name}-id", {**given, **_KNOWN}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(f"nothing is asked here: {args.token}")


def _main(program: str, count: int) -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(_Mocks(), project="bench", stack="one")

    def run() -> None:
        if program == "slipway":
            from bench.apps_slipway import make
        else:
            from bench.apps_raw import make
        make(count)

    pulumi.runtime.test(run)()  # pyright: ignore[reportUnknownMemberType]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.process_time(), memory]))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
