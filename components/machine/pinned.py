"""Digests of published images; written by `make lock`, which writes them to lock.toml, too."""

DIGESTS = {
    "docker.io/kindest/node:v1.35.0": (
        "sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f"
    ),
    "docker.io/library/registry:2.8.3": (
        "sha256:a3d8aaa63ed8681a604f1dea0aa03f100d5895b6a58ace528858a7b332415373"
    ),
}
"""Digests by the references that a stack names without one."""
