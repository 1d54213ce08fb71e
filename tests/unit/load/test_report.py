"""The figures of a load."""

from tests.load.report import Report
from tests.load.sample import Sample


def _sample(due: float, seconds: float = 0.01, lost: str = "", retried: str = "") -> Sample:
    return Sample("web", due, 0.001, seconds, lost, retried)


def test_a_request_is_the_same_after_it_was_written_and_read() -> None:
    for sample in (_sample(1.5), _sample(2.5, lost="closed"), _sample(3.5, retried="closed")):
        assert Sample.of(sample.line()) == sample


def test_a_retried_request_that_is_lost_counts_once() -> None:
    report = Report([_sample(1, lost="x", retried="y"), _sample(2, retried="y"), _sample(3)])

    assert (report.sent, report.lost, report.retried) == (3, 1, 1)
    assert report.reasons == [("x", 1), ("retried: y", 1)]


def test_shares_are_of_all_requests_in_the_order_of_their_latency() -> None:
    report = Report([_sample(at, seconds=at / 100) for at in range(100, 0, -1)])

    assert report.seconds(0.5) == 0.51
    assert report.seconds(0.99) == 1.0
    assert report.seconds(1) == 1.0
    assert Report([]).seconds(0.5) == 0


def test_a_span_has_the_requests_that_were_due_in_it() -> None:
    report = Report([_sample(at) for at in (1, 2, 3, 4, 5)])

    assert [each.due for each in report.within([(1, 2), (4, 5)]).samples] == [1, 4]
