"""`python -m standins.docker_plugin ENGINE_ADDRESS`: run by the Pulumi engine."""

import os
import sys

from standins.docker_plugin.server import serve

_USAGE = "usage: python -m standins.docker_plugin ENGINE_ADDRESS (run by Pulumi's engine)"


def main() -> int:
    """Serve until Pulumi is done; return 2 when started without an engine's address."""
    # `-m` puts the working directory first, and that is the user's project: a docker.py there
    # must not become the library of that name.
    here = os.getcwd()
    sys.path[:] = [entry for entry in sys.path if entry and os.path.abspath(entry) != here]
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if len(addresses) != 1:
        print(_USAGE, file=sys.stderr)
        return 2
    serve(addresses[0])
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Threads of calls that hang on Pulumi must not keep the process.
    os._exit(code)
