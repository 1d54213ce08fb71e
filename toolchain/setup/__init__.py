"""The steps of `make setup`: choose a source for each tool, get it, install it."""
