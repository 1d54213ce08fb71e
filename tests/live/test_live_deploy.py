"""The main job on a real cluster: the first deploy, its changes, and what heals by itself."""

import json
import os
import signal
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.registry.mirror_map import Mirrors
from tests.live.project import Project, Ran, docker_lines
from tests.live.traffic import ask, ask_many, eventually, eventually_from, page

pytestmark = pytest.mark.live

_APPLICATION = "hello-node"


def test_the_first_up_ends_with_a_url_behind_which_all_pods_on_all_workers_answer(
    first_up: tuple[Project, Ran], live: Project
) -> None:
    _, ran = first_up
    assert "+ 28 created" in ran.output

    eventually("it answers", lambda: ask(live.url)["namespace"] == live.name)
    eventually_from(live.url, "pod", 3)
    answers = ask_many(live.url, 200)
    assert len(answers) == 200
    assert {answer["node"] for answer in answers} == {f"{live.name}-worker", f"{live.name}-worker2"}


def test_the_stack_exports_url_image_context_and_cluster(live: Project) -> None:
    outputs = json.loads(live.pulumi("stack", "output", "--json").output)

    assert outputs["url"] == live.url
    repository, _, digest = outputs["image"].partition("@sha256:")
    assert repository == f"localhost:{live.registry_port}/{_APPLICATION}"
    assert len(digest) == 64
    assert outputs["context"] == f"kind-{live.name}"
    assert outputs["clusterUid"] == live.kubectl(
        "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"
    )
    images = {
        container["image"]
        for pod in live.objects("pods")
        for container in (*pod["spec"]["initContainers"], *pod["spec"]["containers"])
    }
    assert images == {outputs["image"]}


def test_a_pods_second_container_provides_the_data_that_the_first_one_shows(live: Project) -> None:
    pod = _a_pod(live)
    at = ("exec", f"--namespace={live.name}", pod, "--container")

    ends = live.kubectl(*at, "data", "--", "sh", "-c", "ls $DATA_DIR").split()
    line = ask(live.url)["line"]

    assert ends, "the data container wrote nothing into the shared volume"
    assert line
    eventually("another line is shown", lambda: ask(live.url)["line"] != line)
    assert live.name in page(live.url)


def test_a_second_up_changes_builds_and_pushes_nothing(live: Project) -> None:
    started = int(time.time())

    ran = live.up("--expect-no-changes")

    assert "28 unchanged" in ran.output
    events = docker_lines(
        "events", f"--since={started}", f"--until={int(time.time())}", "--filter=type=image"
    )
    assert [event for event in events if live.stack in event] == []


def test_preview_and_refresh_see_no_difference_in_what_was_just_deployed(live: Project) -> None:
    live.pulumi("preview", "--expect-no-changes")
    live.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_the_users_current_context_stays_what_it_was(live: Project) -> None:
    config = live.kubectl("config", "view", "--output=json")

    assert json.loads(config)["current-context"] == ""
    assert [context["name"] for context in json.loads(config)["contexts"]] == [f"kind-{live.name}"]


def test_no_secret_is_in_the_state_in_plain_text(live: Project) -> None:
    state = json.dumps(live.state())

    assert "client-key-data" not in state
    assert "PRIVATE KEY" not in state


def test_no_credentials_of_the_cluster_stay_behind_in_a_temporary_file(live: Project) -> None:
    live.up("--expect-no-changes")  # removes what `pulumi refresh` left, which runs no program
    kubeconfig = live.run("kind", "get", "kubeconfig", "--name", live.name).output
    (user,) = yaml.safe_load(kubeconfig)["users"]
    found = [
        file
        for file in Path(tempfile.gettempdir()).glob("kubeconfig*")
        if file.is_file() and user["user"]["client-key-data"] in file.read_text("utf-8")
    ]
    assert found == []


def test_a_changed_file_reaches_the_page(live: Project) -> None:
    version = live.folder / "app" / "VERSION"
    version.write_text("1.1.0-changed\n")

    ran = live.up()

    assert "the image hello-node is rebuilt: VERSION changed" in ran.output
    assert "~ 6 updated" in ran.output, "image, context, user, delivery, Deployment, lock; no more"
    eventually(
        "only the new version answers",
        lambda: {answer["version"] for answer in ask_many(live.url, 20)} == {"1.1.0-changed"},
    )


def test_another_time_and_umask_of_the_same_files_builds_nothing(live: Project) -> None:
    for path in (live.folder / "app").rglob("*"):
        if path.is_file():
            path.chmod(path.stat().st_mode & ~0o077)
            os.utime(path)
    live.pulumi("preview", "--expect-no-changes")


def test_an_existing_image_is_resolved_through_the_mirror_map(
    live: Project, tmp_path: Path
) -> None:
    reference, place = "docker.io/gbelbe/nodejsk8s:1", f"localhost:{live.registry_port}/mirrored:1"
    mirrors = tmp_path / "mirrors.yaml"
    mirrors.write_text(f"images:\n  {reference}: {place}\n")
    built = live.settings["slipway:image"]
    live.settings["slipway:image"] = reference
    live.save_settings()
    try:
        missing = live.pulumi("preview", check=False, SLIPWAY_MIRRORS=str(mirrors))
        assert missing.code != 0
        assert f"the image {reference}: image not found in the registry" in missing.output
        assert f"`docker pull {place}` asks the same" in missing.output

        live.run("docker", "tag", f"localhost:{live.registry_port}/hello-node:{live.stack}", place)
        live.run("docker", "push", place)
        live.up(SLIPWAY_MIRRORS=str(mirrors))
        image = json.loads(live.pulumi("stack", "output", "--json").output)["image"]
        assert image.startswith(f"{place.removesuffix(':1')}@sha256:")
        assert ask(live.url)["namespace"] == live.name
        live.pulumi("preview", "--expect-no-changes", SLIPWAY_MIRRORS=str(mirrors))
    finally:
        live.settings["slipway:image"] = built
        live.save_settings()
    live.up()


def test_a_base_without_an_argument_and_a_frontend_come_from_where_this_machine_has_them(
    live: Project,
) -> None:
    dockerfile = live.folder / "app" / "Dockerfile"
    good = dockerfile.read_text()
    base = "docker.io/library/node:22-bookworm-slim"
    plain = good.replace(f"ARG BASE={base}\nFROM ${{BASE}}\n", f"FROM {base}\n")
    assert plain != good
    dockerfile.write_text(f"# syntax=docker/dockerfile:1\n{plain}")
    try:
        assert "the image hello-node is rebuilt: " in live.up().output
        assert ask(live.url)["namespace"] == live.name
        live.pulumi("preview", "--expect-no-changes")
    finally:
        dockerfile.write_text(good)
    live.up()


def test_a_build_step_that_fails_is_shown_while_the_old_version_keeps_answering(
    live: Project,
) -> None:
    dockerfile = live.folder / "app" / "Dockerfile"
    good = dockerfile.read_text()
    dockerfile.write_text(f"{good}\nRUN echo the-step-says-why >&2; exit 7\n")
    try:
        ran = live.up(check=False)
    finally:
        dockerfile.write_text(good)

    assert ran.code != 0
    diagnostics = ran.output.partition("Diagnostics:")[2]
    assert "the-step-says-why" in diagnostics
    # What the engine says names the step and its exit code; the words around differ by version.
    assert "/bin/sh -c echo the-step-says-why" in diagnostics
    assert "exit code: 7" in diagnostics
    assert len(ask_many(live.url, 20)) == 20
    live.up("--expect-no-changes")


def test_replicas_scale_up_and_down(live: Project) -> None:
    for replicas in (5, 2, 3):
        live.settings["slipway:app"]["replicas"] = replicas
        live.save_settings()

        ran = live.up()

        assert "~ 1 updated" in ran.output
        eventually(
            f"{replicas} pods run, and no other",
            lambda wanted=replicas: len(live.objects("pods")) == wanted,
        )
        eventually_from(live.url, "pod", replicas)


def test_a_deleted_pod_is_replaced(live: Project) -> None:
    victim = _a_pod(live)

    live.kubectl("delete", "pod", f"--namespace={live.name}", victim, "--wait=false")

    eventually("3 other pods are ready", lambda: _ready_pods(live) == 3 and not _has(live, victim))
    assert victim not in {answer["pod"] for answer in ask_many(live.url, 50)}


def test_a_container_that_ends_is_started_again(live: Project) -> None:
    pod = _a_pod(live)

    live.kubectl(
        *("exec", f"--namespace={live.name}", pod, f"--container={_APPLICATION}"),
        *("--", "node", "-e", "process.kill(1, 'SIGTERM')"),
    )

    eventually(
        "the container was started again and is ready",
        lambda: _restarts(live, pod) == 1 and _ready_pods(live) == 3,
    )


def test_a_worker_that_was_stopped_comes_back_with_the_next_up(live: Project) -> None:
    worker = f"{live.name}-worker2"
    docker_lines("stop", "--time=1", worker)

    preview = live.pulumi("preview")
    ran = live.up()

    assert "~ 1 to update" in preview.output
    assert "KindNodes target-cluster-nodes updated" in ran.output
    nodes = json.loads(live.kubectl("get", "nodes", "--output=json"))["items"]
    assert Counter(_condition(node, "Ready") for node in nodes) == {"True": 3}
    eventually("3 pods are ready", lambda: _ready_pods(live) == 3)
    eventually_from(live.url, "node", 2)


def test_a_worker_that_was_stopped_and_started_by_hand_answers_again(live: Project) -> None:
    worker = f"{live.name}-worker"
    docker_lines("stop", "--time=1", worker)
    docker_lines("start", worker)

    eventually("3 pods are ready", lambda: _ready_pods(live) == 3, seconds=90)
    eventually_from(live.url, "node", 2)
    assert len(ask_many(live.url, 50)) == 50


def test_a_registry_that_was_stopped_comes_back_with_the_next_up(live: Project) -> None:
    docker_lines("stop", "--time=1", f"{live.name}-registry")

    ran = live.up()

    assert "RegistryEndpoint target-registry-endpoint updated" in ran.output
    live.up("--expect-no-changes")


def test_a_registry_that_lost_its_contents_gets_the_image_again_with_the_next_up(
    live: Project,
) -> None:
    registry = f"{live.name}-registry"
    base = Mirrors.load().resolve("docker.io/library/node:22-bookworm-slim")
    empty = ("run", "--rm", f"--volume={registry}:/volume", "--entrypoint=sh", base, "-c")
    docker_lines(*empty, "rm -rf /volume/*")
    docker_lines("restart", "--time=1", registry)
    eventually("the registry answers", lambda: _catalog(live) == [])

    ran = live.up()

    assert "Delivery hello-node-delivery updated" in ran.output
    assert "~ 1 updated" in ran.output
    assert _catalog(live) == [_APPLICATION]
    assert len(ask_many(live.url, 20)) == 20


def test_status_shows_nodes_image_rollout_pods_and_address(live: Project) -> None:
    text = live.command("status", COLUMNS="160").output

    assert text.count("worker") >= 2 and "control plane" in text
    assert "complete: 3 of 3 replicas ready" in text
    assert f"localhost:{live.registry_port}/{_APPLICATION}@sha256:" in text
    assert live.url in text


def test_open_gives_an_address_and_closes_it_at_the_end(live: Project, tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = live.start("python", "-m", "commands", "open", "--stack", live.stack, log=log)
    try:
        eventually("an address is printed", lambda: "http://localhost:" in log.read_text())
        url = next(line for line in log.read_text().splitlines() if line.startswith("http"))
        assert ask(url)["namespace"] == live.name
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)

    with pytest.raises(OSError, match="refused"):
        ask(url)


def _catalog(project: Project) -> list[str]:
    """The names of the images in the project's registry."""
    address = f"http://localhost:{project.registry_port}/v2/_catalog"
    with urllib.request.urlopen(address, timeout=5) as response:
        return json.load(response)["repositories"]


def _a_pod(project: Project) -> str:
    """The name of a pod that is not ending."""
    eventually("3 pods are ready", lambda: _ready_pods(project) == 3)
    pods = [pod["metadata"] for pod in project.objects("pods")]
    return next(pod["name"] for pod in pods if "deletionTimestamp" not in pod)


def _ready_pods(project: Project) -> int:
    return sum(_condition(pod, "Ready") == "True" for pod in project.objects("pods"))


def _has(project: Project, pod: str) -> bool:
    return any(found["metadata"]["name"] == pod for found in project.objects("pods"))


def _restarts(project: Project, pod: str) -> int:
    return sum(
        container["restartCount"]
        for found in project.objects("pods")
        if found["metadata"]["name"] == pod
        for container in found["status"]["containerStatuses"]
    )


def _condition(thing: dict[str, Any], kind: str) -> str:
    conditions = thing["status"].get("conditions", ())
    return next((one["status"] for one in conditions if one["type"] == kind), "Unknown")
