"""The proxies that Pulumi's programs get: none of them for this machine's own addresses."""

import os
import subprocess
import sys

import pytest

from toolchain.setup.own_addresses import SCRIPT

_PROXY = "http://proxy.corp.example:3128"
_NAMES = ("no_proxy", "NO_PROXY", "https_proxy", "HTTPS_PROXY")
_LOOPBACK = "localhost,127.0.0.1,::1"

# A server of the test's own takes the place of the proxy, and counts who asks it.
_GRPC = """\
import socket, threading, grpc, os
proxy, engine = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
os.environ["https_proxy"] = f"http://127.0.0.1:{proxy.getsockname()[1]}"
channel = grpc.insecure_channel(f"127.0.0.1:{engine.getsockname()[1]}")
channel.subscribe(lambda _: None, try_to_connect=True)
asked = []
def accept(server, name):
    server.accept()
    asked.append(name)
    done.set()
done = threading.Event()
for server, name in ((proxy, "proxy"), (engine, "engine")):
    threading.Thread(target=accept, args=(server, name), daemon=True).start()
done.wait(20)
print(*asked, flush=True)
os._exit(0)
"""


def _sh(then: str, **variables: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-u", "-c", f"{SCRIPT}{then}"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], **variables},
    )
    return done.stdout


def _variables(**variables: str) -> list[str]:
    """Return the variables that the script leaves."""
    return _sh("\n".join(f'echo "${{{name}-unset}}"' for name in _NAMES), **variables).splitlines()


def test_without_a_proxy_nothing_is_set() -> None:
    assert _variables(NO_PROXY="a.example") == ["unset", "a.example", "unset", "unset"]


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "HTTP_PROXY", "all_proxy"])
def test_with_any_proxy_this_machine_is_excepted_from_it(name: str) -> None:
    assert _variables(**{name: _PROXY})[:2] == [_LOOPBACK, _LOOPBACK]


@pytest.mark.parametrize(
    ("user", "kept"),
    [
        ({"NO_PROXY": ".corp.example"}, ".corp.example"),
        ({"no_proxy": "a, b;c ,"}, "a,b,c"),
        ({"no_proxy": "a", "NO_PROXY": "b"}, "a,b"),
    ],
)
def test_the_users_exceptions_stay_without_spaces(user: dict[str, str], kept: str) -> None:
    both = f"{_LOOPBACK},{kept}"
    assert _variables(https_proxy=_PROXY, **user) == [both, both, _PROXY, "unset"]


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_an_exception_for_everything_turns_the_proxies_off(name: str) -> None:
    left = _variables(https_proxy=_PROXY, HTTPS_PROXY=_PROXY, **{name: "*"})
    assert left[2:] == ["unset", "unset"]


def test_pulumis_python_programs_reach_pulumi_itself() -> None:
    command = f'exec {sys.executable} -c "$PROGRAM"'
    assert _sh(command, https_proxy=_PROXY, PROGRAM=_GRPC) == "engine\n"
