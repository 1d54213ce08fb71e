"""The Image resource: build, push, and the digest that says whether a build is due."""
