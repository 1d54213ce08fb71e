"""Building and pushing without an engine.

Belongs here: command lines, environments, the client that is chosen, what of the output becomes
the error, and how running builds are ended.
"""

import base64
import json
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image import client as clients
from standins.docker_plugin.image.build import build_command, build_environment
from standins.docker_plugin.image.child import Children
from standins.docker_plugin.image.credentials import docker_config
from standins.docker_plugin.image.hiding import hider
from standins.docker_plugin.image.output import BuildOutput, plain, worth_showing
from standins.docker_plugin.image.push import push_image

INPUTS: dict[str, Any] = {
    "imageName": "localhost:5001/web:dev",
    "build": {
        "args": {"TOKEN": "hunter22", "BASE": "node:20"},
        "context": "app",
        "dockerfile": "app/Dockerfile",
        "platform": "linux/amd64",
        "target": "run",
    },
    "registry": {"server": "localhost:5001", "username": "joe", "password": "pa55word"},
}


def test_values_of_arguments_and_credentials_are_not_on_the_command_line() -> None:
    command = build_command("docker", INPUTS, "id", buildkit=True)
    assert command[-2:] == ["--", "app"], "a context that begins with a dash is no option"
    assert command[command.index("TOKEN") - 1] == "--build-arg"
    assert not [word for word in command if "hunter22" in word or "pa55word" in word]


def test_the_classic_builder_is_chosen_by_the_environment() -> None:
    build = INPUTS["build"]
    assert build_environment(build, "unix:///e", buildkit=True)["DOCKER_BUILDKIT"] == "1"
    assert build_environment(build, "unix:///e", buildkit=False)["DOCKER_BUILDKIT"] == "0"
    command = build_command("docker", INPUTS, "id", buildkit=False)
    assert "--progress" not in command
    assert "--force-rm" in command, "a failed step's container would stay"


def test_the_build_goes_to_the_docker_engine_that_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "elsewhere")
    environment = build_environment(INPUTS["build"], "unix:///e", buildkit=True)
    assert environment["DOCKER_HOST"] == "unix:///e"
    assert "DOCKER_CONTEXT" not in environment
    assert environment["TOKEN"] == "hunter22"


@pytest.mark.parametrize("name", ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "BUILDX_CONFIG"])
def test_an_argument_that_would_steer_the_client_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match=rf"build\.args\.{name} of the Image cannot"):
        build_environment({"args": {name: "x"}}, "unix:///e", buildkit=True)


def test_a_login_is_handed_over_in_a_private_file_that_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"auths": {"other": {"auth": "x"}}, "credsStore": "desktop", "currentContext": "c"}
    (tmp_path / "config.json").write_text(json.dumps(own))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with docker_config("localhost:5001", ("joe", "pa55word")) as environment:
        folder = Path(environment["DOCKER_CONFIG"])
        file = folder / "config.json"
        content = json.loads(file.read_text())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert content["auths"]["other"] == {"auth": "x"}, "the user's own logins hold as well"
    auth = base64.b64decode(content["auths"]["localhost:5001"]["auth"])
    assert auth == b"joe:pa55word"
    assert content["credHelpers"]["localhost:5001"] == ""
    assert "currentContext" not in content
    assert not folder.exists()


def test_without_a_login_dockers_own_configuration_holds() -> None:
    with docker_config("localhost:5001", None) as environment:
        assert environment == {}


def test_secret_values_are_hidden_in_the_output() -> None:
    hide = hider(INPUTS)
    line = hide("#5 [2/3] RUN echo hunter22 pa55word node:20")
    assert line == "#5 [2/3] RUN echo *** *** node:20", "BASE is no telling name"


BUILDKIT = """\
#1 [internal] load build definition from Dockerfile
#1 sha256:dd166358160a8c0e29bf717b8c4bd9364e6d3e3b23f3e6a1ff7e354bbff8b1a2
#1 DONE 0.0s
#5 [2/3] RUN echo first
#5 0.100 first
#5 DONE 0.2s
#6 [3/3] RUN seq 1 60; exit 3
{numbers}
#6 0.300 on-stderr
#6 ERROR: executor failed running [/bin/sh -c seq 1 60; exit 3]: exit code: 3
------
 > [3/3] RUN seq 1 60; exit 3:
------
executor failed running [/bin/sh -c seq 1 60; exit 3]: exit code: 3
"""
CLASSIC = """\
Step 1/2 : FROM scratch
 ---> 0123456789ab
Step 2/2 : RUN seq 1 60; exit 3
 ---> Running in 0123456789ab
{numbers}
\x1b[91mon-stderr
\x1b[0mThe command '/bin/sh -c seq 1 60; exit 3' returned a non-zero code: 3
"""


def explain(text: str) -> list[str]:
    output = BuildOutput()
    for line in text.splitlines():
        output.take(plain(line))
    return output.explain().splitlines()


def test_a_failing_step_is_explained_with_its_last_thirty_lines() -> None:
    numbers = "\n".join(f"#6 0.2{n % 10} {n}" for n in range(1, 61))
    lines = explain(BUILDKIT.format(numbers=numbers))
    assert lines[0] == "executor failed running [/bin/sh -c seq 1 60; exit 3]: exit code: 3"
    assert "[3/3] RUN seq 1 60; exit 3" in lines[1]
    assert lines[2:] == [*map(str, range(32, 61)), "on-stderr"]


def test_the_classic_builders_failing_step_is_explained_too() -> None:
    numbers = "\n".join(map(str, range(1, 61)))
    lines = explain(CLASSIC.format(numbers=numbers))
    assert lines[0] == "The command '/bin/sh -c seq 1 60; exit 3' returned a non-zero code: 3"
    assert lines[-2:] == ["60", "on-stderr"]


def test_a_failure_without_a_steps_output_is_its_reason_alone() -> None:
    lines = explain(
        '#2 [1/1] COPY nofile /\n#2 ERROR: "/nofile" not found\nERROR: failed to build: x'
    )
    assert lines == ["x"]


def test_an_engine_that_ends_a_build_silently_is_said_so() -> None:
    assert explain("") == ["the build ended without a word"]


def test_digests_of_steps_and_blank_lines_are_not_shown() -> None:
    assert not worth_showing("#1 sha256:" + "a" * 64)
    assert not worth_showing("   ")
    assert worth_showing("#1 transferring context: 2B done")


Install = Callable[[str, str, bool], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    monkeypatch.setattr(clients, "_USUAL_FOLDERS", ())
    folders: list[str] = []

    def install(folder: str, version: str, buildx: bool) -> Path:
        client = tmp_path / folder / "docker"
        client.parent.mkdir()
        client.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "Docker version {version}, build 1" && exit\n'
            f'[ "$1" = buildx ] && exit {0 if buildx else 1}\n'
        )
        client.chmod(0o755)
        folders.append(str(client.parent))
        monkeypatch.setenv("PATH", ":".join(folders))
        return client

    return install


def test_the_first_client_that_can_use_buildkit_is_taken(install: Install) -> None:
    install("a", "28.2.2", False)
    old = install("b", "20.10.24+dfsg1", False)
    install("c", "28.2.2", True)
    assert clients.find_client(buildkit=True) == str(old), "before 23 BuildKit is built in"


def test_a_client_with_buildx_will_do(install: Install) -> None:
    new = install("a", "28.2.2", True)
    assert clients.find_client(buildkit=True) == str(new)


def test_any_client_can_use_the_classic_builder(install: Install) -> None:
    first = install("a", "28.2.2", False)
    assert clients.find_client(buildkit=False) == str(first)


def test_without_a_usable_client_each_present_one_is_named_with_its_lack(install: Install) -> None:
    client = install("a", "28.2.2", False)
    with pytest.raises(PluginError) as error:
        clients.find_client(buildkit=True)
    assert f"{client} (version 28) has no buildx plugin" in str(error.value)
    assert "make doctor" in str(error.value)


def test_no_client_at_all_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_USUAL_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PluginError, match="no docker client found"):
        clients.find_client(buildkit=True)


def test_a_childs_lines_arrive_as_they_appear_with_its_exit_code() -> None:
    lines: list[str] = []
    script = "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    code = Children().run([sys.executable, "-c", script], {}, lines.append)
    assert (code, lines) == (3, ["out", "err"])


def test_cancel_ends_a_build_and_everything_it_started(tmp_path: Path) -> None:
    children = Children()
    pid_file = tmp_path / "pid"
    command = ["/bin/sh", "-c", f"sleep 60 & echo $! > {pid_file}; echo ready; wait"]
    started = threading.Event()
    failure: list[PluginError] = []

    def run() -> None:
        try:
            children.run(command, {"PATH": "/usr/bin:/bin"}, lambda line: started.set())
        except PluginError as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(5)
    began = time.monotonic()
    children.cancel()
    thread.join(20)
    assert time.monotonic() - began < 20
    assert "cancelled" in str(failure[0])
    grandchild = Path(f"/proc/{pid_file.read_text().strip()}/stat")
    limit = time.monotonic() + 10
    while grandchild.exists() and grandchild.read_text().split()[2] != "Z":
        assert time.monotonic() < limit, "a build's own children must not outlive it"
        time.sleep(0.01)


def test_after_a_cancel_no_build_starts() -> None:
    children = Children()
    children.cancel()
    with pytest.raises(PluginError, match="cancelled"):
        children.run(["false"], {}, lambda line: None)


class Registry:
    """Takes the place of docker-py's push."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = messages
        self.asked: dict[str, Any] = {}

    def push(self, repository: str, tag: str, **options: Any) -> Any:
        self.asked = {"repository": repository, "tag": tag, **options}
        return iter(self.messages)


DIGEST = "sha256:" + "d" * 64
PUSHED: tuple[dict[str, Any], ...] = (
    {"status": "The push refers to repository [localhost:5001/web]"},
    {"status": "Pushing", "progressDetail": {"current": 1}, "id": "a"},
    {"status": "Pushed", "progressDetail": {}, "id": "a"},
    {"progressDetail": {}, "aux": {"Tag": "dev", "Digest": DIGEST, "Size": 1}},
)


def push(registry: Registry, name: str = "localhost:5001/web:dev", login: Any = None) -> str:
    return push_image(registry, name, login, lambda: False, lambda line: None)


def test_the_digest_is_read_from_the_pushs_own_answer() -> None:
    registry = Registry(*PUSHED)
    assert push(registry) == f"localhost:5001/web@{DIGEST}", "the tag is dropped"
    assert (registry.asked["repository"], registry.asked["tag"]) == ("localhost:5001/web", "dev")
    assert registry.asked["auth_config"] is None, "Docker's own configuration holds"


def test_a_name_without_a_tag_pushes_latest_and_not_every_tag() -> None:
    registry = Registry(*PUSHED)
    push(registry, "localhost:5001/web")
    assert registry.asked["tag"] == "latest"


def test_given_credentials_are_used() -> None:
    registry = Registry(*PUSHED)
    push(registry, login=("joe", "pa55word"))
    assert registry.asked["auth_config"] == {"username": "joe", "password": "pa55word"}


def test_the_registrys_words_are_the_error() -> None:
    with pytest.raises(PluginError) as error:
        push(Registry({"error": "unauthorized: authentication required"}))
    assert "error reading push output: unauthorized: authentication required" in str(error.value)
    assert "localhost:5001" in str(error.value)


def test_a_push_without_a_digest_is_no_success() -> None:
    with pytest.raises(PluginError, match="named no digest"):
        push(Registry({"status": "done"}))


def test_a_cancelled_push_ends() -> None:
    with pytest.raises(PluginError, match="cancelled"):
        push_image(
            Registry(*PUSHED), "localhost:5001/web:dev", None, lambda: True, lambda line: None
        )
