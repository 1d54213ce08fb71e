"""Contents of the wheel, and programs that run with it where no checkout is in reach."""

import ast
import importlib.metadata
import json
import re
import sys
from pathlib import Path

import components

from .installed import REPOSITORY, Installed
from .six_lines import SIX_LINES

_RECORDED = REPOSITORY / "tests" / "unit" / "components" / "recorded_providers.json"

_MOCKS = """
import asyncio, json, sys
import pulumi

KNOWN = {
    "Allocation": {"application": 8080, "registry": 5001, "mark": "0123456789abcdef"},
    "KindCluster": {"kubeconfig": "a kubeconfig", "context": "kind-shop-dev", "uid": "uid-1"},
    "Image": {"repoDigest": "localhost:5001/web@sha256:" + 64 * "a"},
    "ImageUser": {"user": 10001, "group": 10001},
}
made = {}

class Mocks(pulumi.runtime.Mocks):
    def call(self, args):
        raise AssertionError(f"the program asked a provider for {args.token}")
    def new_resource(self, args):
        kind = args.typ.rpartition(":")[2]
        made[kind] = args.inputs
        return args.name, {**args.inputs, **KNOWN.get(kind, {})}

asyncio.set_event_loop(asyncio.new_event_loop())
pulumi.get_root_directory = lambda: "."
pulumi.runtime.set_all_config({"slipway:target": json.dumps({"product": "kind"})})
pulumi.runtime.set_mocks(Mocks(), project="shop", stack="dev")

@pulumi.runtime.test
def run():
    exec(compile(open("six_lines.py").read(), "six_lines.py", "exec"), {})
    outputs = pulumi.runtime.settings.get_root_resource().outputs
    return pulumi.Output.all(**outputs).apply(lambda known: made.update(outputs=known))

run()
assert "components" not in sys.modules
print(json.dumps([made["outputs"], made["Deployment"]["spec"]]))
"""

_UNPICKLE = """
import base64, json, pickle, sys
recorded = json.load(sys.stdin)
found = {name: type(pickle.loads(base64.b64decode(text))) for name, text in recorded.items()}
assert "components" not in sys.modules
print(json.dumps({name: [kind.__module__, kind.__name__] for name, kind in found.items()}))
"""


def test_the_six_line_program_runs_with_the_installed_package(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("{name: shop, runtime: python}")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "six_lines.py").write_text(SIX_LINES)
    config = json.dumps({"slipway:target": json.dumps({"product": "kind"})})

    outputs, deployment = json.loads(installed.run(_MOCKS, tmp_path, PULUMI_CONFIG=config))

    assert outputs == {"url": "http://localhost:8080"}
    container = deployment["template"]["spec"]["containers"][0]
    assert deployment["replicas"] == 3
    assert container["image"].startswith("localhost:5001/web@sha256:")
    assert container["ports"][0]["containerPort"] == 8080


def test_the_installed_package_finds_every_provider_that_a_state_of_a_checkout_holds(
    installed: Installed, tmp_path: Path
) -> None:
    names = set(json.loads(_RECORDED.read_text()))

    found = json.loads(installed.run(_UNPICKLE, tmp_path, stdin=_RECORDED.read_text()))

    assert {name: kind for name, (_, kind) in found.items()} == {
        name: f"{name}Provider" for name in names
    }
    assert all(module.startswith("slipway.") for module, _ in found.values())


def test_the_package_holds_every_module_its_types_and_its_licence(installed: Installed) -> None:
    folder = installed.site_packages / "slipway"
    source = Path(components.__path__[0])

    def files(root: Path) -> set[str]:
        paths = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return {str(path.relative_to(root)) for path in paths}

    assert files(folder) == files(source)
    assert (folder / "py.typed").exists()
    assert list(installed.site_packages.glob("slipway-*.dist-info/licenses/LICENSE"))
    assert not (installed.site_packages / "components").exists()


def test_the_version_is_that_of_the_source(installed: Installed, tmp_path: Path) -> None:
    program = (
        "import importlib.metadata, slipway\n"
        "print(slipway.__version__, importlib.metadata.version('slipway'))\n"
    )

    assert installed.run(program, tmp_path).split() == [components.__version__] * 2


def test_the_package_depends_on_the_packages_that_it_imports(installed: Installed) -> None:
    metadata = next(installed.site_packages.glob("slipway-*.dist-info"))
    required = importlib.metadata.PathDistribution(metadata).requires or []
    providers = importlib.metadata.packages_distributions()

    imported = {name for name in _imports() if name not in sys.stdlib_module_names}
    packages = {_normal(providers[name][0]) for name in imported}

    # pydantic brings pydantic_core, in the one version that fits it, and Pulumi the protocol of its
    # engine; pytest, which loads the plugin, and what snapshots need are the user's.
    brought = {"pydantic-core", "googleapis-common-protos", "protobuf", "pytest", "syrupy"}
    always = [text for text in required if "extra ==" not in text]
    assert {_normal(text) for text in always} == packages - brought


def _imports() -> set[str]:
    """Return the names of the packages that components/ imports, other than itself."""
    names: set[str] = set()
    for file in Path(components.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(str(node.module).partition(".")[0])
    return names


def _normal(requirement: str) -> str:
    """Return the name in a requirement, normalized as package indexes do."""
    name = re.split(r"[^\w.-]", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
