"""Runs `python -m slipway.render`."""

import importlib
import sys

if __name__ == "__main__":
    # In a checkout slipway is another name of `components`, which a program imports as well.
    package = importlib.import_module((__package__ or "").partition(".")[0]).__name__
    command = importlib.import_module(f"{package}.render.command")
    sys.exit(command.main(sys.argv[1:]))
