"""Files that Pulumi's Kubernetes plugin leaves in the folder for temporary files."""

import tempfile
from pathlib import Path

import pytest

from components.k8s.left_copies import remove_copies

_OURS = """
apiVersion: v1
users:
- name: kind
  user: {client-certificate-data: Q0VSVA==, client-key-data: VEhFIEtFWQ==}
"""
_TOKEN = "apiVersion: v1\nusers: [{name: ci, user: {token: a-token-of-the-cluster}}]\n"
_OTHERS = "apiVersion: v1\nusers: [{name: other, user: {token: the-token-of-another}}]\n"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _left(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("content", [_OURS, _TOKEN])
def test_copies_with_the_credentials_of_a_kubeconfig_are_removed(
    folder: Path, content: str
) -> None:
    copies = [_left(folder, f"kubeconfig{number}", content) for number in (1, 4294967295)]
    remove_copies([content])
    assert [file for file in copies if file.exists()] == []


def test_files_of_others_stay(folder: Path) -> None:
    other = _left(folder, "kubeconfig1", _OTHERS)
    named = [_left(folder, name, _OURS) for name in ("kubeconfig", "kubeconfig1.yaml", "my1")]
    (folder / "kubeconfig2").mkdir()
    (folder / "kubeconfig3").symlink_to(named[0])
    (folder / "kubeconfig4").write_bytes(b"\xff\xfe")
    remove_copies([_OURS])
    assert all(file.exists() for file in (other, *named))
    assert (folder / "kubeconfig3").is_symlink()


@pytest.mark.parametrize("content", ["", "a text", "users: [1]", "users:\n- {name: a}", "{"])
def test_a_kubeconfig_without_credentials_removes_nothing(folder: Path, content: str) -> None:
    left = _left(folder, "kubeconfig1", content)
    remove_copies([content])
    assert left.exists()
