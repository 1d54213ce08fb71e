"""`python -m commands up --stack kind`."""

import sys

from commands.cli import main
from toolchain import pipes

if __name__ == "__main__":
    sys.exit(pipes.run(main, sys.argv[1:]))
