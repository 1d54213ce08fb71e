"""The numeric user of a build, as its Dockerfile has it."""

import pytest

from components.image.stage_user import stage_user

_STAGES = """
# syntax=docker/dockerfile:1
FROM docker.io/library/node:22 AS base
USER 1000
FROM base as build
RUN make
FROM --platform=linux/amd64 docker.io/library/debian:12 AS Slim
USER \\
  10001:10002
COPY --from=build /a /a
FROM slim
"""


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM a\nUSER 10001:10002\n", (10001, 10002)),
        ("FROM a\nUSER 10001\n", (10001, 10001)),
        ("from a\nuser   10001:staff\n", (10001, 10001)),
        ("FROM a\nUSER 5\nRUN x\nUSER 6\n", (6, 6)),
        ("FROM a\nUSER 5\nFROM b\n", None),
        ("FROM a\nUSER 5\nUSER node\n", None),
        ("FROM a\nUSER ${UID}\n", None),
        ("FROM a\nUSER 0\n", None),
        ("FROM a\nUSER root\n", None),
        ("FROM a\nRUN <<EOF\nUSER 5\nEOF\n", None),
        ("FROM a\n# USER 5\n", None),
        ("FROM a\nUSER\n", None),
        ("", None),
    ],
)
def test_the_last_user_of_the_last_stage_counts(
    dockerfile: str, expected: tuple[int, int] | None
) -> None:
    assert stage_user(dockerfile, None) == expected


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (None, (10001, 10002)),
        ("slim", (10001, 10002)),
        ("SLIM", (10001, 10002)),
        ("build", (1000, 1000)),
        ("base", (1000, 1000)),
        ("0", (1000, 1000)),
        ("2", (10001, 10002)),
        ("missing", None),
    ],
)
def test_a_stage_begins_with_the_user_of_the_one_that_it_is_made_from(
    stage: str | None, expected: tuple[int, int] | None
) -> None:
    assert stage_user(_STAGES, stage) == expected
