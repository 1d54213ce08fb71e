"""What a production service needs, on a real cluster, by the settings of one application."""

import json
from collections.abc import Iterator

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

_CANARY = "swordfish-4711"
_WAITING = "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000)"
_OTHER_CANARY = "marlin-0815"


@pytest.fixture(scope="module")
def guest(
    first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guest]:
    """A stack with files, secrets, another container, an init container and a migration."""
    made = Guest(tmp_path_factory.mktemp("guest"), first_up[0])
    made.set(
        files={"/etc/app/app.json": '{"level": 1}'},
        init=[{"name": "prepare", "command": ["node", "--version"]}],
        sidecars=[{"name": "proxy", "command": ["node", "-e", _WAITING]}],
        migration={"command": ["node", "-e", "process.exit(process.env.TOKEN ? 0 : 1)"]},
        data={"command": ["node", "data.js"]},
        startupSeconds=20,
        minReadySeconds=1,
    )
    made.secret("slipway:app.secrets.TOKEN", _CANARY)
    made.secret('slipway:app.secretFiles["/etc/key"]', _CANARY)
    try:
        made.up()
        yield made
    finally:
        made.remove()


def _content(guest: Guest) -> set[str]:
    """The names of the application's ConfigMaps and Secrets in the cluster."""
    chosen = "--selector=app.kubernetes.io/name=web"
    return {one["metadata"]["name"] for one in guest.objects("configmaps,secrets", chosen)}


def _running(guest: Guest) -> dict[str, str]:
    """What the containers of a pod see of files and secrets."""
    pod = guest.pods("web")[0]["metadata"]["name"]
    return {
        "file": guest.inside(pod, "web", "cat /etc/app/app.json"),
        "secret file": guest.inside(pod, "web", "cat /etc/key"),
        "variable": guest.inside(pod, "web", 'printf "%s" "$TOKEN"'),
        "elsewhere": guest.inside(pod, "proxy", 'printf "%s" "$TOKEN"; cat /etc/key || true'),
    }


def test_files_and_secrets_reach_the_containers_that_name_them(guest: Guest) -> None:
    seen = _running(guest)

    assert seen["file"] == '{"level": 1}'
    assert seen["secret file"] == seen["variable"] == _CANARY
    assert _CANARY not in seen["elsewhere"]


def test_a_secret_is_in_no_state_no_stack_file_no_build_and_no_log(guest: Guest) -> None:
    shown = guest.up("--diff", "--show-reads", "--show-sames").output

    assert _CANARY not in shown
    assert _CANARY not in json.dumps(guest.state())
    for file in guest.folder.rglob("*"):
        if file.is_file() and not file.is_symlink() and ".venv" not in file.parts:
            assert _CANARY.encode() not in file.read_bytes(), file


def test_a_second_preview_and_up_change_nothing(guest: Guest) -> None:
    guest.pulumi("preview", "--expect-no-changes")
    guest.up("--expect-no-changes")


def test_a_changed_value_rolls_out_and_what_the_version_before_had_stays(guest: Guest) -> None:
    before = _content(guest)

    guest.set(files={"/etc/app/app.json": '{"level": 2}'})
    guest.secret("slipway:app.secrets.TOKEN", _OTHER_CANARY)
    guest.up()

    assert _running(guest)["file"] == '{"level": 2}'
    assert _running(guest)["variable"] == _OTHER_CANARY
    assert before < _content(guest), "a return to the version before needs its own"


def test_after_a_failed_version_and_back_a_new_pod_finds_its_files(guest: Guest) -> None:
    good = guest.settings["slipway:app"]
    guest.set(
        files={"/etc/app/app.json": "broken"}, command=["node", "-e", "process.exit(3)"],
        startupSeconds=1,
    )  # fmt: skip
    failed = guest.up(check=False)
    guest.settings["slipway:app"] = good
    guest.save_settings()
    guest.up()

    assert failed.code != 0
    pod = guest.pods("web")[0]["metadata"]["name"]
    guest.kubectl("delete", "pod", pod, f"--namespace={guest.name}", "--wait=false")
    eventually(
        "another pod is ready",
        lambda: all(_is_ready(pod) for pod in guest.pods("web")) and len(guest.pods("web")) == 2,
    )
    assert pod not in {one["metadata"]["name"] for one in guest.pods("web")}
    assert _running(guest)["file"] == '{"level": 2}'


def test_a_failed_migration_changes_nothing(guest: Guest) -> None:
    good, before = guest.settings["slipway:app"], _templates(guest)

    guest.set(env={"VERSION": "2"}, migration={"command": ["node", "-e", "process.exit(1)"]})
    failed = guest.up(check=False)
    after = _templates(guest)
    guest.settings["slipway:app"] = good
    guest.save_settings()
    guest.up()

    assert failed.code != 0
    assert "migration" in failed.output
    assert before == after == _templates(guest)


def _templates(guest: Guest) -> list[str]:
    return [json.dumps(one["spec"]["template"]) for one in guest.objects("deployments")]


def _is_ready(pod: dict[str, object]) -> bool:
    conditions = pod["status"].get("conditions", ())  # pyright: ignore[reportAttributeAccessIssue]
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
