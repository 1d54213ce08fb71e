"""Finding a tool on PATH, downloading the vendor's release of it, or what builds it."""
