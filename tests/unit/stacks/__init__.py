"""Tests of what stack files may say."""
