"""The words of messages, settings, docstrings, documents and names of tests."""
