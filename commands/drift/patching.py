"""JSON Patches of an object that others write too.

Places in lists hold only for the version that was read. The patch names this version, and the API
server refuses it as a conflict if another has been written since: then it is made again. See
https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Declared
from commands.errors import CommandError

Operation = Mapping[str, Any]

_CONFLICT = "the object has been modified"
_SECONDS = 15.0
_PAUSE_SECONDS = 0.05


def patch(
    cluster: Cluster,
    declared: Declared,
    operations_for: Callable[[Mapping[str, Any]], Sequence[Operation]],
    *options: str,
    live: Mapping[str, Any] | None = None,
) -> None:
    """Send the operations for the object as it is; none if it needs none.

    `live` is a version that was read before. Raises CommandError in the words of the API server
    for what it refuses, and if others write the object for 15 s without a pause.
    """
    until = time.monotonic() + _SECONDS
    while True:
        current = live or cluster.get(*declared.words, "--show-managed-fields")
        operations = operations_for(current)
        if not operations:
            return
        version = {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": current["metadata"]["resourceVersion"],
        }
        try:
            cluster.run(
                *("patch", *declared.words, "--type=json", *options, "--patch-file=/dev/stdin"),
                stdin=json.dumps([version, *operations]),
            )
        except CommandError as error:
            if _CONFLICT not in error.message or time.monotonic() > until:
                raise
            live = None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
