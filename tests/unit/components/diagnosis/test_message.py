"""Belongs here: the text about a trouble, as a terminal and a CI show it."""

from dataclasses import replace

from components.diagnosis import Trouble, explain, troubles
from tests.unit.components.diagnosis.scenes import (
    About,
    Scene,
    backing_off,
    end,
    event,
    pod,
    running,
    unscheduled,
)

_MESSAGE = """\
web: container web of pod web-5d8-x2x4q on worker-2 ended with exit code 1 after 1 s: it \
cannot write /run/nginx.pid, as the file system is read-only
  why: The file system of an image is read-only in its containers, except for the paths that the
    settings name; these are empty in each new pod.
  event: BackOff (3 times): Back-off restarting failed container web in pod web-5d8-x2x4q
  log of web, of the run before:
  | starting
  | 1#1: open() "/run/nginx.pid" failed (30: Read-only file system)
  next: add the folder to the application's settings: `writable: [/tmp, /run]`"""


def _crash() -> Trouble:
    message = "Back-off restarting failed container web in pod web-5d8-x2x4q"
    events = [event("BackOff", message, About(count=3))]
    return troubles(Scene([pod(backing_off(end(1), 1))], events=events).reading())[0]


def test_a_message_has_cause_reason_events_log_and_next_step() -> None:
    log = ["starting", '1#1: open() "/run/nginx.pid" failed (30: Read-only file system)']
    assert explain(_crash(), log) == _MESSAGE


def test_a_message_fits_a_terminal() -> None:
    lines = explain(_crash(), [f"{number} {'x' * 300}" for number in range(200)]).splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("  | 199 ") for line in lines), "the last lines are shown"


def test_the_first_line_of_a_message_is_not_broken() -> None:
    trouble = _crash()
    long = replace(trouble.finding, summary=f"ended: {'word ' * 30}end")
    first, second, *_ = explain(replace(trouble, finding=long), []).splitlines()
    assert first.endswith(" end")
    assert second.startswith("  why: ")


def test_a_message_masks_secrets_before_it_cuts_lines() -> None:
    secret = "s3cr3t-value"
    message = explain(_crash(), [f"{'x' * 90}{secret}", f"url=db://{secret}@host"], [secret])
    assert "s3c" not in message
    assert "url=db://[secret]@host" in message


def test_a_message_has_no_colours_of_a_log() -> None:
    message = explain(_crash(), ["\x1b[31mred\x1b[0m\r\x07 alert", "\ttab"])
    assert "  | red alert\n" in message and "\x1b" not in message
    assert "  |     tab" in message


def test_a_message_shows_the_answer_of_a_probe() -> None:
    failed = "Readiness probe failed: HTTP probe failed with statuscode: 500"
    scene = Scene([pod(running(1))], events=[event("Unhealthy", failed)])
    message = explain(troubles(scene.reading())[0], [])
    assert (
        "  probe: readiness, http GET :8080/healthz: HTTP probe failed with statuscode: 500"
        in message.splitlines()
    )


def test_a_log_that_shows_what_an_unready_container_waits_for_is_in_the_reason() -> None:
    failed = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    scene = Scene([pod(running(1))], events=[event("Unhealthy", failed)])
    message = explain(troubles(scene.reading())[0], ["Error: connect ECONNREFUSED 10.0.0.7:5432"])
    assert "it cannot reach 10.0.0.7:5432" in " ".join(message.split())


def test_a_message_about_a_pod_without_a_node_has_no_log() -> None:
    trouble = troubles(Scene([unscheduled("0/1 nodes are available: 1 Too many pods.")]).reading())[
        0
    ]
    assert "log of" not in explain(trouble, [])


def test_a_message_has_the_lines_that_the_cluster_kept_where_there_is_no_log() -> None:
    last = end(1, message="first\nlast words")
    trouble = troubles(Scene([pod(backing_off(last, 1))]).reading())[0]
    assert "  | last words" in explain(trouble, []).splitlines()


def test_a_log_without_lines_is_called_empty() -> None:
    assert "  log of web, of the run before: empty" in explain(_crash(), []).splitlines()
