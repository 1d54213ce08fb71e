"""The backend that is chosen from variables, Pulumi.yaml and a login, and the folder of its state.

Belongs here: pure choices over files of a test; tests/engine/commands runs Pulumi itself.
"""

import json
from pathlib import Path

import pytest

from toolchain import backend


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / ".slipway" / "pulumi").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n")
    return root


def log_in(home: Path, url: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    content = {"current": url, "accessTokens": {url: ""}}
    (home / "credentials.json").write_text(json.dumps(content))


def own(root: Path) -> str:
    return f"file://{root}/.slipway/state"


def test_without_any_choice_the_state_is_in_the_checkout(root: Path) -> None:
    chosen = backend.select(root, root, {})
    assert chosen.url == own(root) and chosen.is_own
    assert chosen.state_folder(root) == root / ".slipway" / "state" / ".pulumi"


def test_the_variable_comes_before_the_project_and_that_before_the_login(root: Path) -> None:
    log_in(root / ".slipway" / "pulumi", "s3://login")
    assert backend.select(root, root, {}).url == "s3://login"
    with (root / "Pulumi.yaml").open("a") as file:
        file.write("backend:\n  url: s3://project\n")
    assert backend.select(root, root, {}).url == "s3://project"
    assert backend.select(root, root, {backend.VARIABLE: "s3://given"}).url == "s3://given"


@pytest.mark.parametrize(
    "text",
    [
        "backend:\n  url: s3://team?region=eu\nname: p\n",
        "name: p\nbackend:\n\n  # of the team\n  url: 's3://team?region=eu'  # a bucket\n",
        'backend: {url: "s3://team?region=eu"}\n',
        'name: p\n"backend": { "url": "s3://team?region=eu" }',
    ],
)
def test_each_form_of_a_backend_in_the_project_is_read(root: Path, text: str) -> None:
    (root / "Pulumi.yaml").write_text(text)
    (root / "deep" / "er").mkdir(parents=True)
    assert backend.select(root, root / "deep" / "er", {}).url == "s3://team?region=eu"


@pytest.mark.parametrize(
    "text",
    ["# backend:\n#   url: s3://a\n", "backend:\n  # url: s3://a\n", "backend: {}\n",
     "backend:\nruntime:\n  url: s3://a\n", "other:\n  backend:\n    url: s3://a\n"],
)  # fmt: skip
def test_what_names_no_backend_is_none(root: Path, text: str) -> None:
    (root / "Pulumi.yaml").write_text(text)
    assert backend.select(root, root, {}).is_own


def test_a_login_in_a_home_of_the_users_does_not_take_the_stacks_there(
    root: Path, tmp_path: Path
) -> None:
    log_in(tmp_path / "home", "https://api.pulumi.com")
    environment = {"PULUMI_HOME": str(tmp_path / "home")}
    assert backend.select(root, root, environment).is_own
    environment[backend.VARIABLE] = ""
    assert backend.select(root, root, environment).url == "https://api.pulumi.com"


def test_credentials_in_a_folder_of_the_users_do_not_count_either(
    root: Path, tmp_path: Path
) -> None:
    log_in(tmp_path / "credentials", "https://api.pulumi.com")
    environment = {"PULUMI_CREDENTIALS_PATH": str(tmp_path / "credentials")}
    assert backend.select(root, root, environment).is_own


@pytest.mark.parametrize("content", ['{"$pulumiSecureStore": 1, "data": "abc"}', "{broken", "[]"])
def test_a_login_that_only_pulumi_can_read_is_left_to_it(root: Path, content: str) -> None:
    (root / ".slipway" / "pulumi" / "credentials.json").write_text(content)
    chosen = backend.select(root, root, {})
    assert chosen.url is None and not chosen.is_own
    assert chosen.state_folder(root) is None


@pytest.mark.parametrize("content", ["", '{"accessTokens": {"s3://a": ""}}'])
def test_no_current_login_is_none(root: Path, content: str) -> None:
    (root / ".slipway" / "pulumi" / "credentials.json").write_text(content)
    assert backend.select(root, root, {}).is_own


def test_the_wrapper_sets_the_variable_only_for_the_state_in_the_checkout(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert backend.url_to_set(root, ["up"], {}) == own(root)
    log_in(root / ".slipway" / "pulumi", "s3://team")
    assert backend.url_to_set(root, ["up"], {}) == ""


@pytest.mark.parametrize("words", [["-C", "other", "up"], ["--cwd=other", "up"]])
def test_the_project_is_the_one_of_the_folder_that_pulumi_is_given(
    root: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(root)
    (root / "other").mkdir()
    (root / "other" / "Pulumi.yaml").write_text("name: p\nbackend: {url: s3://other}\n")
    assert backend.url_to_set(root, words, {}) == ""


def test_pulumi_may_warn_of_a_login_that_does_not_count(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert backend.url_to_set(root, ["login", "s3://team"], {}) == ""
    elsewhere = {"PULUMI_HOME": str(tmp_path / "home")}
    assert backend.url_to_set(root, ["login", "s3://team"], elsewhere) == own(root)
