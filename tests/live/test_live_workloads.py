"""Applications of every kind on a real cluster, and what they survive."""

import json
import re
from collections.abc import Callable

import pytest

from tests.live.guest import Guest
from tests.live.project import CHECKOUT, Project
from tests.live.traffic import Traffic, ask_many, eventually

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]
_COUNT = "require('fs').appendFileSync('/var/lib/shop/log', 'x')"
_SERVE = "require('http').createServer((q, r) => r.end(process.env.POD_NAME)).listen(8080)"
_IDLE = {"name": "full", "command": ["sleep", "infinity"]}
_STORE = f"{_COUNT}; process.on('SIGTERM', () => process.exit()); {_SERVE}"


@pytest.fixture(scope="module")
def several(guest: _Make) -> Guest:
    """A stack with an application of each kind; `shop` calls `orders`, in another namespace."""
    image = {"context": "app"}
    made = guest(
        apps={
            "shop": {
                "image": image,
                "app": {"expose": False, "replicas": 1, "calls": ["orders"], "user": 10001},
            },
            "orders": {
                "image": image,
                "app": {
                    "kind": "StatefulSet", "replicas": 2, "expose": False, "drainSeconds": 0,
                    "command": ["node", "-e", _STORE], "calls": ["shop"],
                    "storage": [{"path": "/var/lib/shop", "size": "16Mi"}],
                },
            },
            "once": {"image": image, "app": {"kind": "Job", "command": ["node", "--version"]}},
            "nightly": {
                "image": image,
                "app": {
                    "kind": "CronJob", "command": ["node", "--version"],
                    "job": {"schedule": "0 3 1 1 *"},
                },
            },
        }
    )  # fmt: skip
    made.settings["slipway:apps"]["orders"]["app"]["namespace"] = f"{made.name}-back"
    made.save_settings()
    made.up()
    return made


def test_every_kind_of_application_runs_and_a_second_up_changes_nothing(several: Guest) -> None:
    (job,) = several.objects("jobs")

    assert job["status"]["succeeded"] == 1
    several.up("--expect-no-changes")
    assert len(several.objects("jobs")) == 1


def test_an_application_reaches_the_one_that_it_calls_by_its_name(several: Guest) -> None:
    pod = several.pods("shop")[0]["metadata"]["name"]
    url = f"http://orders.{several.name}-back.svc"
    script = f"node -e \"fetch('{url}').then(a => a.text()).then(console.log)\""

    assert re.fullmatch(r"orders-[01]", several.inside(pod, "shop", script).strip())


def test_a_stateful_pod_that_is_recreated_finds_its_data(several: Guest) -> None:
    back = f"--namespace={several.name}-back"
    read = ("exec", back, "orders-0", "--", "cat", "/var/lib/shop/log")
    before = several.kubectl(*read)
    find = ("get", "pod", back, "orders-0", "--ignore-not-found")
    uid = (*find, "--output=jsonpath={.metadata.uid}")
    old = several.kubectl(*uid)

    several.kubectl("delete", "pod", back, "orders-0")
    eventually("it is recreated", lambda: several.kubectl(*uid) not in ("", old))
    several.kubectl("wait", back, "pod/orders-0", "--for=condition=Ready", "--timeout=60s")

    assert several.kubectl(*uid) != old
    assert several.kubectl(*read) == before + "x"


def test_nodes_with_data_of_applications_are_not_removed(several: Guest, live: Project) -> None:
    cluster = live.settings["slipway:target"]["cluster"]
    workers = cluster["workers"]
    cluster["workers"] = 0
    live.save_settings()
    try:
        ran = live.pulumi("preview", check=False)
    finally:
        cluster["workers"] = workers
        live.save_settings()

    assert ran.code != 0
    assert "volumes that are on it alone would be lost" in " ".join(ran.output.split())
    assert f"{several.name}-back/" in ran.output


def test_a_cron_job_runs_when_it_is_due(several: Guest) -> None:
    by_hand = ("create", "job", "by-hand", "--from=cronjob/nightly")
    several.kubectl(*by_hand, f"--namespace={several.name}")
    done = ("wait", "job/by-hand", "--for=condition=Complete", "--timeout=60s")

    several.kubectl(*done, f"--namespace={several.name}")


def test_a_good_version_heals_a_stateful_set_that_a_broken_one_has_stopped(guest: _Make) -> None:
    made = guest()
    made.set(
        kind="StatefulSet", replicas=2, command=["node", "-e", _SERVE], startupSeconds=20,
        drainSeconds=0, shutdownSeconds=1, env={"VERSION": "1"}, rollbackOnFailure=False,
    )  # fmt: skip
    made.up()
    first = {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in made.pods("web")}
    made.set(command=["node", "-e", "process.exit(1)"], env={"VERSION": "2"})
    made.up(check=False)
    eventually("the broken version has stopped the rollout", lambda: _crashes(made, "web-1"))
    left = {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in made.pods("web")}
    made.set(command=["node", "-e", _SERVE], env={"VERSION": "3"})
    made.up()

    assert left["web-0"] == first["web-0"], "the broken version stopped at the last pod"
    assert left["web-1"] != first["web-1"]
    pods = made.pods("web")
    versions = [
        entry["value"]
        for pod in pods
        for entry in pod["spec"]["containers"][0]["env"]
        if entry["name"] == "VERSION"
    ]
    assert versions == ["3", "3"]
    made.up("--expect-no-changes")


def _crashes(guest: Guest, name: str) -> bool:
    """Return whether the container of a pod has ended at least once."""
    return any(
        container["restartCount"]
        for pod in guest.pods("web")
        if pod["metadata"]["name"] == name
        for container in pod["status"].get("containerStatuses", [])
    )


def test_the_six_lines_of_the_readme_deploy(guest: _Make) -> None:
    program = re.search(r"```python\n(import pulumi\nfrom slipway.*?)```",
                        (CHECKOUT / "README.md").read_text(), re.DOTALL)  # fmt: skip
    assert program is not None
    made = guest(program[1])
    made.settings = {"slipway:target": made.settings["slipway:target"]}
    made.settings["slipway:target"]["expose"] = {"type": "Ingress", "host": "web.example"}
    made.save_settings()

    made.up()

    assert json.loads(made.pulumi("stack", "output", "--json").output) == {
        "url": "http://web.example"
    }
    assert len(made.pods("web")) == 3


def test_an_image_that_runs_as_root_is_refused_before_the_deployment_is_touched(
    guest: _Make,
) -> None:
    made = guest()
    dockerfile = made.folder / "app" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("USER 10001:10001", "USER root"))

    ran = made.up(check=False)

    assert ran.code != 0
    assert "runs as root" in ran.output and "USER 10001:10001" in ran.output
    assert made.kubectl("get", "deployments", f"--namespace={made.name}", "--output=name") == ""


def test_an_autoscaler_takes_over_and_hands_back_without_a_pod_less(guest: _Make) -> None:
    made = guest()
    made.up()
    made.set(autoscale={"min": 2, "max": 4})
    made.up()
    taken_over = _replicas(made)
    made.kubectl("scale", "deployment/web", "--replicas=4", f"--namespace={made.name}")
    made.set(env={"VERSION": "2"})
    made.up()
    updated = _replicas(made)
    made.up("--expect-no-changes")
    del made.settings["slipway:app"]["autoscale"]
    made.set(replicas=3)
    made.up()

    assert (taken_over, updated, _replicas(made)) == (2, 4, 3)
    scalers = ("get", "horizontalpodautoscalers", f"--namespace={made.name}", "--output=name")
    assert made.kubectl(*scalers) == ""
    made.up("--expect-no-changes")


def _replicas(guest: Guest) -> int:
    (deployment,) = guest.objects("deployments")
    return deployment["spec"]["replicas"]


def test_replicas_are_on_different_nodes_though_one_is_much_emptier(
    guest: _Make, several: Guest
) -> None:
    full = f"{several.host.name}-worker2"
    container = several.pods("shop")[0]["spec"]["containers"][0]
    most = {"requests": {"memory": "12Gi"}}
    spec = {
        "nodeName": full,
        "containers": [{**_IDLE, "image": container["image"], "resources": most}],
    }
    several.kubectl("run", "full", "--image=full", f"--overrides={json.dumps({'spec': spec})}")
    try:
        made = guest()
        made.up()
    finally:
        several.kubectl("delete", "pod", "full", "--grace-period=1")

    assert {pod["spec"]["nodeName"] for pod in made.pods("web")} == {
        full, f"{several.host.name}-worker",
    }  # fmt: skip


def test_draining_a_node_under_load_loses_no_request(live: Project) -> None:
    worker = f"{live.name}-worker2"
    drain = ("drain", worker, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s")
    try:
        with Traffic(live.url) as traffic:
            live.kubectl(*drain)
    finally:
        live.kubectl("uncordon", worker)

    assert traffic.failed == []
    assert traffic.answered > 20
    eventually("another node has its pods", lambda: len(ask_many(live.url, 20)) == 20)
