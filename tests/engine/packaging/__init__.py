"""The package `slipway` as a user installs it."""
