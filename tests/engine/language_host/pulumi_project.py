"""A Pulumi project in a folder of its own, with state and settings of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import toolchain
from toolchain.setup.launchers import write_language_host_stand_ins

REPOSITORY = Path(toolchain.__path__[0]).parent
_LIMIT_SECONDS = 60


class Project:
    """A project named `p` with the stack `dev`. Its files are those in `folder`."""

    def __init__(self, root: Path, runtime: dict[str, Any] | None = None) -> None:
        pulumi = shutil.which("pulumi")
        if pulumi is None:
            pytest.fail("pulumi is not on PATH; run `make setup` and activate .venv")
        self.folder = root / "program"
        self.folder.mkdir()
        project = {"name": "p", "runtime": runtime or {"name": "python"}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (root / "state").mkdir()
        write_language_host_stand_ins(root / "bin", Path(sys.executable), REPOSITORY)
        self._pulumi = pulumi
        self._environment = {
            **{name: value for name, value in os.environ.items() if "PULUMI" not in name},
            "PATH": os.pathsep.join([str(root / "bin"), os.environ["PATH"]]),
            "PULUMI_HOME": str(root / "home"),
            "PULUMI_BACKEND_URL": f"file://{root}/state",
            "PULUMI_CONFIG_PASSPHRASE": "for the test",
            "PULUMI_CREDENTIAL_STORE": "plaintext",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def program(self, text: str, **modules: str) -> None:
        """Write the program and the modules beside it."""
        for name, content in {"__main__": text, **modules}.items():
            (self.folder / f"{name}.py").write_text(content)

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """Start `pulumi WORDS` on the stack; both of its outputs come as one."""
        return subprocess.Popen(
            [self._pulumi, *words, "--non-interactive"],
            cwd=self.folder,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, code: int = 0, **variables: str) -> str:
        """Run `pulumi WORDS` to its end and return what it showed; fail on another exit code."""
        process = self.start(*words, **variables)
        try:
            shown, _ = process.communicate(timeout=_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode == code, f"pulumi {' '.join(words)} showed:\n{shown}"
        return shown

    def read(self, *words: str) -> Any:
        """Run `pulumi WORDS`, which answers with a JSON object, and return that."""
        shown = self.run(*words)
        return json.loads(shown[shown.index("{") :])  # warnings may come before it

    def up(self, *words: str, code: int = 0, **variables: str) -> str:
        """Run `pulumi up` without a preview before it."""
        return self.run("up", "--yes", "--skip-preview", *words, code=code, **variables)
