"""Stand-in for the vendor's Docker resource plugin 5.1.0, where its binary cannot be had.

`python -m standins.docker_plugin ENGINE_ADDRESS` serves Pulumi's ResourceProvider
protocol for Image, Container, Volume, Network and RemoteImage. Types, ids, inputs, outputs,
context digests and differences are the vendor's, so that a stack can move between the two
without a phantom change; everything else is refused by name.
"""

VERSION = "5.1.0"
"""The vendor's version whose behaviour this package keeps."""
