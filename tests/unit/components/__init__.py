"""Tests of the components: no engine, no Docker, no cluster."""
