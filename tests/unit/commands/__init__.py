"""The commands around Pulumi, with programs of the tests' own in place of the real ones."""
