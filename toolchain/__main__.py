"""`python3 -m toolchain setup`: what `make setup`, `make doctor` and the tests run."""

import sys

OLDEST = (3, 11)

if __name__ == "__main__":
    # Before any other import: an older Python would show a syntax error instead.
    if sys.version_info < OLDEST:
        sys.exit(
            "Python {}.{} or newer is needed, and this is {}.{} ({})\n"
            "  next: install a newer one, for example `sudo apt-get install python3 python3-venv`, "
            "or name it: make setup PYTHON=/path/to/python3".format(
                *OLDEST, *sys.version_info[:2], sys.executable
            )
        )
    from toolchain.cli import main

    sys.exit(main(sys.argv[1:]))
