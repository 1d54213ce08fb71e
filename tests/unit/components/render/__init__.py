"""Render inside of the package."""
