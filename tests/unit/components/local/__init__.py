"""Tests of what happens on this machine, with commands that only pretend to run."""
