"""Images by digest that a rendering is given: they count instead of those in the lock file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import render
from tests.unit.components.plan import DIGEST

_OTHER = "sha256:" + 64 * "b"
_LOCKED = {
    "source": "docker build app",
    "image": f"registry.example/team/web@{DIGEST}",
    "user": 1001,
    "group": 1002,
}
_TARGET = {"product": "cloud", "context": "c", "registry": {"repository": "registry.example/team"}}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    monkeypatch.setattr(render, "_ROOT", tmp_path)
    _settings(tmp_path, {})
    return tmp_path


def _settings(root: Path, app: dict[str, Any]) -> None:
    config = {"slipway:target": _TARGET, "slipway:image": {"context": "app"}, "slipway:app": app}
    (root / "Pulumi.cloud.yaml").write_text(yaml.safe_dump({"config": config}))


def _lock(root: Path, **images: Any) -> None:
    content = {"applications": {"web": {"images": images}}}
    (root / "cloud.lock.yaml").write_text(yaml.safe_dump(content))


def _render(root: Path, *images: str) -> int:
    options = [word for image in images for word in ("--image", image)]
    return render.main(["--stack", "cloud", "--out", str(root / "out"), *options])


def _pod(root: Path) -> dict[str, Any]:
    (file,) = (root / "out").glob("*/deployment-web.yaml")
    return yaml.safe_load(file.read_text())["spec"]["template"]["spec"]


def test_a_given_image_is_rendered_without_a_lock_file(root: Path) -> None:
    _settings(root, {"user": 5000})

    assert _render(root, f"web=promoted.example/web@{_OTHER}") == 0

    (container,) = _pod(root)["containers"]
    assert container["image"] == f"promoted.example/web@{_OTHER}"
    assert container["securityContext"]["runAsUser"] == 5000


def test_a_given_image_counts_instead_of_the_locked_one(root: Path) -> None:
    _settings(root, {"user": 5000})
    _lock(root, application=_LOCKED)

    assert _render(root, f"web=registry.example/team/web@{_OTHER}") == 0

    assert _pod(root)["containers"][0]["image"] == f"registry.example/team/web@{_OTHER}"


def test_the_same_digest_in_another_repository_keeps_its_user(root: Path) -> None:
    _lock(root, application=_LOCKED)

    assert _render(root, f"web=promoted.example/web@{DIGEST}") == 0

    security = _pod(root)["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (1001, 1002)


def test_the_user_of_a_given_image_is_that_of_the_dockerfile(root: Path) -> None:
    (root / "app" / "Dockerfile").write_text("FROM scratch\nUSER 2001:2002\n")
    _lock(root, application=_LOCKED)

    assert _render(root, f"web=registry.example/team/web@{_OTHER}") == 0

    security = _pod(root)["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (2001, 2002)


def test_the_user_of_another_digest_is_not_that_of_the_lock_file(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _lock(root, application=_LOCKED)

    assert _render(root, f"web=registry.example/team/web@{_OTHER}") == 1

    message = capsys.readouterr().err
    assert f"the user of registry.example/team/web@{_OTHER} is not known" in message
    assert "e.g. user: 10001" in message


def test_a_sidecar_has_its_image_under_the_name_that_the_state_has(root: Path) -> None:
    _settings(root, {"sidecars": [{"name": "proxy", "image": "docker.io/owner/proxy:1"}]})
    _lock(root, application=_LOCKED)

    assert _render(root, f"web-proxy=docker.io/owner/proxy@{_OTHER}") == 0

    images = [each["image"] for each in _pod(root)["initContainers"]]
    assert images == [f"docker.io/owner/proxy@{_OTHER}"]


def test_without_an_image_the_message_names_both_next_commands(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _render(root) == 1

    message = capsys.readouterr().err
    assert "`make up STACK=cloud` looks this up and writes cloud.lock.yaml" in message
    assert "`make render STACK=cloud IMAGE=web=registry.example/team/web@sha256:…`" in message


def test_a_reference_by_digest_needs_no_lock_file(root: Path) -> None:
    reference = f"docker.io/owner/web:1@{_OTHER}"
    config = {"slipway:target": _TARGET, "slipway:image": reference, "slipway:app": {"user": 5000}}
    (root / "Pulumi.cloud.yaml").write_text(yaml.safe_dump({"config": config}))
    _lock(root, application=_LOCKED)

    assert _render(root) == 0

    assert _pod(root)["containers"][0]["image"] == f"docker.io/owner/web@{_OTHER}"


def test_a_folder_that_cannot_be_written_is_reported_in_words(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _lock(root, application=_LOCKED)
    (root / "out").write_text("a file")

    assert _render(root) == 1

    assert f"{root / 'out'} cannot be written: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (["web"], "image 'web' is not accepted: name an image and its digest, e.g. web=registry."),
        (["web=r.example/web:1"], "image 'web=r.example/web:1' is not accepted"),
        ([f"web=r.example/web:1@{_OTHER}"], "is not accepted"),
        ([f"web=web@{_OTHER}"], "is not accepted"),
        (["web=r.example/web@sha256:0"], "is not accepted"),
        ([f"=r.example/web@{_OTHER}"], "is not accepted"),
        ([f"api=r.example/api@{_OTHER}"], "image api is given, and the stack has: web"),
        (
            [f"web=r.example/web@{_OTHER}", f"web=r.example/web@{DIGEST}"],
            f"image web is given twice: r.example/web@{_OTHER} and r.example/web@{DIGEST}",
        ),
    ],
)
def test_what_is_no_image_of_the_stack_by_its_digest_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], images: list[str], message: str
) -> None:
    _lock(root, application=_LOCKED)

    assert _render(root, *images) == 1

    assert message in capsys.readouterr().err
    assert not (root / "out").exists()
