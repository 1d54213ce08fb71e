"""Belongs here: causes of the end of a process, by its exit and by the log that was kept of it."""

from datetime import timedelta

import pytest

from components.diagnosis import troubles
from components.k8s.objects import Manifest
from tests.unit.components.diagnosis.scenes import (
    About,
    PodOf,
    Scene,
    backing_off,
    end,
    event,
    pod,
    running,
    waiting,
)

_PLACE = "web: container web of pod web-5d8-x2x4q on worker-2 "
_RUNC = "failed to create containerd task: failed to create shim task: OCI runtime create failed: "
_RUNC += "runc create failed: unable to start container process: "

_OTHER_PROCESSOR = (
    "its program is built for another processor than that of the node (exec format error)"
)


def _no_start(message: str) -> Manifest:
    return end(128, reason="StartError", message=_RUNC + message)


def _first(last: Manifest) -> tuple[str, str]:
    """Return cause and first line for a container that backs off after an end."""
    trouble = troubles(Scene([pod(backing_off(last, 1))]).reading())[0]
    assert trouble.first_line.startswith(_PLACE)
    return trouble.cause, trouble.first_line.removeprefix(_PLACE)


@pytest.mark.parametrize(
    ("last", "cause", "line"),
    [
        (
            end(137, reason="OOMKilled", ran=9),
            "out-of-memory",
            "was killed for memory after 9 s: it used more than its limit of 64Mi",
        ),
        (
            _no_start("container init was OOM-killed (memory limit too low?)"),
            "out-of-memory",
            "was killed for memory before it started: its limit of 64Mi is too low for any program",
        ),
        (
            _no_start('exec: "sevrer": executable file not found in $PATH: unknown'),
            "command-not-found",
            "cannot start: its image has no program sevrer",
        ),
        (
            _no_start('exec: "/app/run.sh": stat /app/run.sh: no such file or directory: unknown'),
            "command-not-found",
            "cannot start: its image has no program /app/run.sh",
        ),
        (
            _no_start('exec: "/app/run": permission denied'),
            "permission-denied",
            "cannot start: it may not execute /app/run",
        ),
        (
            _no_start("exec /app/run: exec format error"),
            "other-platform",
            f"cannot start: {_OTHER_PROCESSOR}",
        ),
        (
            end(255, message="exec /app/server: exec format error"),
            "other-platform",
            f"ended with exit code 255 after 1 s: {_OTHER_PROCESSOR}",
        ),
        (
            end(127, ran=0),
            "command-not-found",
            "ended with exit code 127 at once: its shell found no such command",
        ),
        (
            end(126),
            "permission-denied",
            "ended with exit code 126 after 1 s: its shell may not execute the command",
        ),
        (end(139), "exit-signal", "was ended by signal 11 (SIGSEGV) after 1 s"),
        (end(137), "exit-signal", "was ended by signal 9 (SIGKILL) after 1 s"),
        (
            end(0, reason="Completed"),
            "exit-zero",
            "ended with exit code 0 after 1 s, though it is to run until it is stopped",
        ),
        (end(3, ran=0), "exit-code", "ended with exit code 3 at once"),
        (
            _no_start("context canceled"),
            "runtime-error",
            f"cannot start: {(_RUNC + 'context canceled')[-160:]}",
        ),
    ],
)
def test_the_end_of_a_process_has_a_cause(last: Manifest, cause: str, line: str) -> None:
    assert _first(last) == (cause, line)


@pytest.mark.parametrize(
    ("log", "cause", "line"),
    [
        (
            '[emerg] 1#1: open() "/run/nginx.pid" failed (30: Read-only file system)',
            "read-only-file-system",
            "it cannot write /run/nginx.pid, as the file system is read-only",
        ),
        (
            "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)",
            "port-below-1024",
            "it may not listen on port 80",
        ),
        (
            "Error: listen EADDRINUSE: address already in use :::8080",
            "port-in-use",
            "port 8080 is in use already in its pod",
        ),
        (
            "PermissionError: [Errno 13] Permission denied: '/app/data.db'",
            "permission-denied",
            "it has no permission for /app/data.db",
        ),
        (
            "Error: Cannot find module 'express'",
            "module-missing",
            "the image lacks express",
        ),
        (
            "FATAL ERROR: Reached heap limit - JavaScript heap out of memory",
            "memory-exhausted",
            "it ran out of memory",
        ),
        (
            "dial tcp: lookup db.shop.svc on 10.96.0.10:53: no such host",
            "dependency-unreachable",
            "it cannot reach db.shop.svc",
        ),
        ("/bin/sh: gunicorn: not found", "command-not-found", "the image has no program gunicorn"),
    ],
)
def test_the_log_of_a_process_shows_why_it_ended(log: str, cause: str, line: str) -> None:
    assert _first(end(1, message=log)) == (cause, f"ended with exit code 1 after 1 s: {line}")


def test_a_failed_init_container_and_a_sidecar_are_named_as_such() -> None:
    initializing = waiting("PodInitializing")
    lines = [
        troubles(Scene([pod(initializing, PodOf(init={name: backing_off(end(2), 1)}))]).reading())[
            0
        ].first_line
        for name in ("wait", "proxy")
    ]
    place = "of pod web-5d8-x2x4q on worker-2 ended with exit code 2 after 1 s"
    assert lines == [f"web: init container wait {place}", f"web: sidecar proxy {place}"]


def test_a_setting_of_a_sidecar_is_that_of_its_entry() -> None:
    killed = PodOf(init={"proxy": backing_off(end(137, reason="OOMKilled"), 1)})
    trouble = troubles(Scene([pod(waiting("PodInitializing"), killed)]).reading())[0]
    assert "`memory: 128Mi` in the entry proxy of `sidecars`" in trouble.next_step


def test_a_container_that_is_ready_again_shows_its_recent_end() -> None:
    """As `make status` shows a memory kill after a rollout."""
    killed = end(137, reason="OOMKilled", at_seconds=3)
    scene = Scene([pod(running(4, ready=True, restarts=1, last=killed))])
    assert [each.cause for each in troubles(scene.reading(60))] == ["out-of-memory"]
    assert troubles(scene.reading(3600)) == ()
    assert len(troubles(scene.reading(3600), recent=timedelta(hours=2))) == 1


def test_a_restart_by_the_liveness_probe_is_no_end_by_itself() -> None:
    events = [
        event(
            "Killing", "Container web failed liveness probe, will be restarted", About(seconds=3)
        ),
        event("Unhealthy", "Liveness probe failed: dial tcp 10.244.1.2:8080: i/o timeout"),
    ]
    trouble = troubles(Scene([pod(backing_off(end(137), 1))], events=events).reading())[0]
    assert trouble.cause == "liveness"
    assert "did not pass its liveness probe (tcp :8080)" in trouble.first_line
    assert trouble.probe is not None and "i/o timeout" in trouble.probe.answer


def test_the_log_after_a_restart_is_that_of_the_run_before() -> None:
    trouble = troubles(Scene([pod(backing_off(end(1), 1))]).reading())[0]
    assert trouble.log_of is not None and trouble.log_of.previous


def test_what_a_process_survived_is_not_why_it_ended() -> None:
    """The start script of nginx warns of a read-only file system, and goes on."""
    lines = [
        "can not modify /etc/nginx/conf.d/default.conf (read-only file system?)",
        "warning: /var/lib/x: permission denied",
        *(f"step {number}" for number in range(5)),
        "giving up",
    ]
    assert _first(end(1, message="\n".join(lines)))[0] == "exit-code"


def test_a_trace_of_the_stack_hides_no_error() -> None:
    lines = [
        "Error: listen EACCES: permission denied 0.0.0.0:80",
        *(f"    at Server.listen (node:net:{number})" for number in range(9)),
        "Emitted 'error' event on Server instance at:",
        "  code: 'EACCES',",
        "}",
        "",
        "Node.js v22.21.0",
    ]
    assert _first(end(1, message="\n".join(lines)))[0] == "port-below-1024"
