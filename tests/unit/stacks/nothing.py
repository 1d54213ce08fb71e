"""Mocks for settings alone: no program runs."""

from typing import Any

import pulumi
from pulumi.runtime.mocks import MockResourceArgs, Mocks


class Nothing(Mocks):
    """Refuses resources and calls of providers."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise AssertionError(args.name)
