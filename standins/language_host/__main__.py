"""`python -m standins.language_host [FLAGS] ENGINE_ADDRESS`: run by Pulumi's engine."""

import sys

from standins.language_host.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
