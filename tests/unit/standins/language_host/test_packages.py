"""What is installed, and which Pulumi plugins that asks for."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError
from standins.language_host.packages import (
    Package,
    direct,
    installed,
    plugin_of,
    plugin_version,
    python_version,
    require_pip,
)
from standins.language_host.stubs import empty_pb2, grpc, language_pb2

from .engine_double import EngineDouble
from .host_process import Host, interpreter, program_info


def package(
    folder: Path, name: str, version: str, plugin: Any = None, requires: str = ""
) -> Package:
    metadata = folder / f"{name}-{version}.dist-info"
    metadata.mkdir(parents=True)
    lines = [f"Requires-Dist: {word}" for word in requires.split("|") if word]
    (metadata / "METADATA").write_text("\n".join(["Name: x", *lines, "", "Requires-Dist: no"]))
    if plugin is not None:
        (folder / name).mkdir()
        (folder / name / "pulumi-plugin.json").write_text(json.dumps(plugin))
    return Package(name.replace("_", "-"), version, metadata)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of packages of the virtual environment `venv`."""
    folder = tmp_path / "site"
    interpreter(tmp_path / "venv", f"""echo '["{folder}", "{tmp_path / "later"}"]'""")
    return folder


def test_what_the_program_would_import_counts_and_the_first_of_a_name(
    tmp_path: Path, site: Path
) -> None:
    package(site, "Zope.Interface", "1.0")
    package(site, "pulumi_kubernetes", "4.25.0")
    package(tmp_path / "later", "pulumi_kubernetes", "1.0.0")
    found = installed(Environment.of(tmp_path, {"virtualenv": "venv"}))
    assert [(one.name, one.version) for one in found] == [
        ("pulumi-kubernetes", "4.25.0"),
        ("zope-interface", "1.0"),
    ]


def test_packages_that_others_need_are_not_direct_but_those_of_extras_are(tmp_path: Path) -> None:
    top = package(
        tmp_path, "top", "1", requires='Middle.one>=1; python_version>"3"|x; extra == "y"'
    )
    middle = package(tmp_path, "middle_one", "1", requires="Low (>2)")
    others = [
        package(tmp_path, "low", "1"),
        package(tmp_path, "x", "1"),
        package(tmp_path, "no", "1"),
    ]
    names = [one.name for one in direct([top, middle, *others])]
    assert names == ["top", "x", "no"], "what follows the header of METADATA is text"


@pytest.mark.parametrize(
    ("name", "version", "declared", "expected"),
    [
        ("pulumi_kubernetes", "4.25.0", None, ("kubernetes", "v4.25.0", "")),
        (
            "pulumi_x",
            "1.0",
            {"resource": True, "name": "y", "version": "2.0.0"},
            ("y", "v2.0.0", ""),
        ),
        ("other", "1.2", {"resource": True, "server": "http://s"}, ("other", "v1.2.0", "http://s")),
        ("pulumi_x", "1.0", {"resource": False}, None),
        ("pulumi_policy", "1.0", None, None),
        ("requests", "1.0", None, None),
    ],
    ids=["by name", "as declared", "not by name", "declared none", "policy", "no Pulumi package"],
)
def test_the_plugin_behind_a_package(
    tmp_path: Path, name: str, version: str, declared: Any, expected: tuple[str, str, str] | None
) -> None:
    plugin = plugin_of(package(tmp_path, name, version, declared))
    assert (plugin and (plugin.name, plugin.version, plugin.server)) == expected


def test_a_broken_declaration_is_named_with_the_package_to_install_again(tmp_path: Path) -> None:
    broken = package(tmp_path, "pulumi_x", "1.0", plugin=3)
    with pytest.raises(HostError, match=r"pulumi-plugin.json cannot be read .*install pulumi-x"):
        plugin_of(broken)


@pytest.mark.parametrize(
    ("python", "semantic"),
    [
        ("4.25.0", "4.25.0"),
        ("1.2", "1.2.0"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2.3b4", "1.2.3-beta.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.post5", "1.2.3+post5"),
        ("1.2.3a4.dev6", "1.2.3-alpha.4+dev6"),
        ("local", ""),
    ],
)
def test_a_python_version_becomes_a_semantic_one(python: str, semantic: str) -> None:
    assert plugin_version(python) == semantic


def test_an_interpreter_that_does_not_start_is_named(tmp_path: Path) -> None:
    python = interpreter(tmp_path / "venv", "exit 1")
    environment = Environment.of(tmp_path, {"virtualenv": "venv"})
    with pytest.raises(HostError, match=f"{python} does not start .* run `pulumi install`"):
        python_version(environment)


def test_pulumi_learns_which_plugins_the_program_needs(
    host: Host, tmp_path: Path, site: Path
) -> None:
    parameters = {"name": "p", "version": "1.0.0", "value": "eA=="}
    declared = {
        "resource": True,
        "name": "base",
        "version": "3.0.0",
        "parameterization": parameters,
    }
    package(site, "pulumi_p", "1.0.0", declared)
    package(site, "requests", "2.0")
    package(site, "pip", "26.3")
    info = program_info(tmp_path, {"virtualenv": "venv"})
    answer = host.stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))
    (needed,) = answer.packages
    assert (needed.kind, needed.name, needed.version) == ("resource", "base", "v3.0.0")
    assert (needed.parameterization.name, needed.parameterization.value) == ("p", b"x")


def test_about_reports_interpreter_version_and_packages(host: Host, tmp_path: Path) -> None:
    info = program_info(tmp_path)
    about = host.stub.About(language_pb2.AboutRequest(info=info))
    assert about.executable == sys.executable
    assert about.version == ".".join(map(str, sys.version_info[:3]))
    ask = language_pb2.GetProgramDependenciesRequest
    every = host.stub.GetProgramDependencies(ask(info=info, transitiveDependencies=True))
    some = host.stub.GetProgramDependencies(ask(info=info))
    names = {one.name for one in every.dependencies}
    assert {"pulumi", "grpcio"} <= names
    assert "grpcio" not in {one.name for one in some.dependencies}, "pulumi needs it"
    assert host.stub.GetPluginInfo(empty_pb2.Empty()).version


def test_an_error_in_the_options_reaches_pulumi_in_words(
    host: Host, engine: EngineDouble, tmp_path: Path
) -> None:
    info = program_info(tmp_path, {"toolchain": "poetry"})
    with pytest.raises(grpc.RpcError, match="use pip or uv") as refused:
        host.stub.About(language_pb2.AboutRequest(info=info))
    answer: Any = refused.value
    assert answer.code() == grpc.StatusCode.FAILED_PRECONDITION


def test_code_generation_is_refused_by_name(host: Host) -> None:
    with pytest.raises(grpc.RpcError, match="generates no programs; use the vendor's") as refused:
        host.stub.GenerateProgram(language_pb2.GenerateProgramRequest())
    answer: Any = refused.value
    assert answer.code() == grpc.StatusCode.UNIMPLEMENTED


def test_an_environment_without_pip_is_refused_as_by_the_host_of_the_vendor(
    tmp_path: Path, site: Path
) -> None:
    package(site, "pulumi_kubernetes", "4.25.0")
    environment = Environment.of(tmp_path, {"virtualenv": "venv"})
    with pytest.raises(HostError, match=r"discover package requirements: .* no package pip"):
        require_pip(environment, installed(environment))
    package(site, "pip", "26.3")
    require_pip(environment, installed(environment))


def test_with_the_toolchain_uv_no_pip_is_needed(tmp_path: Path) -> None:
    environment = Environment.of(tmp_path, {"virtualenv": "venv", "toolchain": "uv"})
    require_pip(environment, [])
