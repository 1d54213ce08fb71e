"""Tests that run real `pulumi`, pip and pyright, with no network, Docker or cluster."""
