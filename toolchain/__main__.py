"""`python3 -m toolchain setup`: what `make setup`, `make doctor` and the tests run."""

import sys

OLDEST = (3, 11)
_INSTALL = (
    "brew install python3"
    if sys.platform == "darwin"
    else "sudo apt-get install python3 python3-venv"
)

if __name__ == "__main__":
    # Before any other import: an older Python would show a syntax error instead.
    if sys.version_info < OLDEST:
        sys.exit(
            "Python {}.{} or newer is needed, and this is {}.{} ({})\n"
            "  next: install a newer one, for example `{}`, "
            "or name it: make setup PYTHON=/path/to/python3".format(
                *OLDEST, *sys.version_info[:2], sys.executable, _INSTALL
            )
        )
    from toolchain import pipes
    from toolchain.cli import main

    sys.exit(pipes.run(main, sys.argv[1:]))
