"""Tests that run the real `pulumi`, with no network, Docker or cluster."""
