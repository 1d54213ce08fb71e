"""Unit tests of what an update has ahead of it."""
