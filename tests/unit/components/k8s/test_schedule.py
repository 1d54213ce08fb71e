"""The schedules and time zones that an API server accepts, and that come due."""

import pytest

from components.k8s.schedule import due_schedule, known_time_zone


@pytest.mark.parametrize(
    "text",
    [
        "0 3 * * *", "*/5 * * * *", "0 0,12 1-7 JAN-mar SUN", "59 23 31 12 6", "0 0 29 2 *",
        "5/15 * ? * *", "@daily", "0 0 30 2 1", "0 0 31 2,3 *",
    ],
)  # fmt: skip
def test_what_comes_due_is_accepted(text: str) -> None:
    assert due_schedule(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60 * * * *", "minute 60 is not from 0 to 59"),
        ("* 24 * * *", "hour 24 is not from 0 to 23"),
        ("* * 0 * *", "day of the month 0 is not from 1 to 31"),
        ("* * * 13 *", "month 13 is not from 1 to 12"),
        ("* * * * 7", "day of the week 7 is not from 0 to 6"),
        ("* * * * FOO", "day of the week FOO is not"),
        ("*/0 * * * *", "minute '\\*/0' is no range"),
        ("5-1 * * * *", "minute '5-1' ends before it begins"),
        ("*-5 * * * *", "minute '\\*-5' is no range"),
        ("1,, * * * *", "minute '' is neither"),
        ("-1 * * * *", "minute '-1' is neither"),
        ("0 0 30 2 *", "none of its months has a day 30"),
        ("0 0 31 4,6 *", "none of its months has a day 31"),
        ("@never", "none of @yearly"),
    ],
)
def test_what_the_api_server_refuses_or_never_comes_due_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        due_schedule(text)


def test_time_zones_are_those_of_the_list() -> None:
    assert known_time_zone("Etc/UTC") == "Etc/UTC"
    for name in ("Local", "", "Europe/Berln"):
        with pytest.raises(ValueError, match="is no time zone"):
            known_time_zone(name)
