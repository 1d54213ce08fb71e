"""Measurements, each a ratio of two things that ran side by side."""
