"""Tests of what automation runs: the workflows of GitHub Actions, and the scripts in .ci."""
