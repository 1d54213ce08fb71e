"""Tests of stack files."""
