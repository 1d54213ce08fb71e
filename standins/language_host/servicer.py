"""The protocol LanguageRuntime: Pulumi's requests in, answers out."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standins.language_host import packages, plugins, program
from standins.language_host.environment import Environment
from standins.language_host.errors import HostError
from standins.language_host.install import install
from standins.language_host.processes import Processes, kill
from standins.language_host.prompts import prompts
from standins.language_host.stubs import (
    empty_pb2,
    engine_pb2,
    engine_pb2_grpc,
    grpc,
    json_format,
    language_pb2,
    language_pb2_grpc,
    plugin_pb2,
)

# gRPC has no type information: `context` is a grpc.ServicerContext, and the base class is Any.
_Servicer: Any = language_pb2_grpc.LanguageRuntimeServicer


class LanguageHost(_Servicer):
    """Answers one Pulumi. Inputs: its address, `host:port`; the processes that requests start.

    What is not defined here (templates, the old list of plugins) the base class answers as not
    implemented, and Pulumi works without it.
    """

    def __init__(self, engine_address: str, processes: Processes) -> None:
        self._engine_address = engine_address
        self._processes = processes

    def Handshake(
        self, request: "language_pb2.LanguageHandshakeRequest", context: Any
    ) -> "language_pb2.LanguageHandshakeResponse":
        """Take the address of the Pulumi that calls."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> "plugin_pb2.PluginInfo":
        """Return the version of the SDK that this host serves with."""
        with _answering(context):
            for package in packages.installed(Environment(None, "", "pip", "")):
                if package.name == "pulumi":
                    return plugin_pb2.PluginInfo(version=package.version)
            return plugin_pb2.PluginInfo()

    def GetRequiredPackages(
        self, request: "language_pb2.GetRequiredPackagesRequest", context: Any
    ) -> "language_pb2.GetRequiredPackagesResponse":
        """Return the plugins of the program's packages, after making a missing environment."""
        with _answering(context):
            environment = _environment(request.info)
            if not environment.exists:
                self._install_first(environment, Path(request.info.program_directory))
            present = packages.installed(environment)
            packages.require_pip(environment, present)
            found = map(packages.plugin_of, present)
            return language_pb2.GetRequiredPackagesResponse(
                packages=[_dependency(plugin) for plugin in found if plugin]
            )

    def Run(self, request: "language_pb2.RunRequest", context: Any) -> "language_pb2.RunResponse":
        """Run a program and wait for its end.

        A cancelled request does not end the program: Pulumi cancels at Ctrl-C and then
        still calls the program's hooks. It is ended with the host.
        """
        with _answering(context):
            environment = _environment(request.info)
            return program.run(request, environment, self._engine_address, self._processes)

    def RunPlugin(
        self, request: "language_pb2.RunPluginRequest", context: Any
    ) -> Iterator["language_pb2.RunPluginResponse"]:
        """Run a plugin and stream its output; end it when Pulumi takes the request back."""
        with _answering(context):
            root = Path(request.info.root_directory)
            environment = plugins.for_plugin(_environment(request.info), root)
            process = plugins.start(request, environment, self._processes)
            if not context.add_callback(lambda: kill(process)):
                kill(process)  # the request was taken back meanwhile
            yield from plugins.responses(process, self._processes)

    def InstallDependencies(
        self, request: "language_pb2.InstallDependenciesRequest", context: Any
    ) -> Iterator["language_pb2.InstallDependenciesResponse"]:
        """Install what a program or plugin depends on and stream the output."""
        with _answering(context):
            environment = _environment(request.info)
            if request.is_plugin:
                environment = plugins.for_plugin(environment, Path(request.info.root_directory))
            folder = Path(request.info.program_directory)
            for stream, chunk in install(environment, folder, self._processes):
                yield language_pb2.InstallDependenciesResponse(
                    stdout=chunk if stream == "stdout" else b"",
                    stderr=chunk if stream == "stderr" else b"",
                )

    def RuntimeOptionsPrompts(
        self, request: "language_pb2.RuntimeOptionsRequest", context: Any
    ) -> "language_pb2.RuntimeOptionsResponse":
        """Return what `pulumi new` has to ask."""
        return language_pb2.RuntimeOptionsResponse(prompts=prompts(_options(request.info)))

    def About(
        self, request: "language_pb2.AboutRequest", context: Any
    ) -> "language_pb2.AboutResponse":
        """Return the program's interpreter and its version."""
        with _answering(context):
            environment = _environment(request.info)
            return language_pb2.AboutResponse(
                executable=environment.python(),
                version=packages.python_version(environment),
                metadata={"toolchain": environment.toolchain},
            )

    def GetProgramDependencies(
        self, request: "language_pb2.GetProgramDependenciesRequest", context: Any
    ) -> "language_pb2.GetProgramDependenciesResponse":
        """Return the packages of the program's environment, all or those no other one needs."""
        with _answering(context):
            found = packages.installed(_environment(request.info))
            if not request.transitiveDependencies:
                found = packages.direct(found)
            return language_pb2.GetProgramDependenciesResponse(
                dependencies=[
                    language_pb2.DependencyInfo(name=package.name, version=package.version)
                    for package in found
                ]
            )

    def Cancel(self, request: Any, context: Any) -> Any:
        """Acknowledge. A run goes on, for its hooks; the interrupt that follows ends it."""
        return empty_pb2.Empty()

    def Pack(self, request: Any, context: Any) -> Any:
        """Refuse."""
        _refuse(context, "packs no SDKs")

    def Link(self, request: Any, context: Any) -> Any:
        """Refuse."""
        _refuse(context, "links no local SDKs")

    def GenerateProject(self, request: Any, context: Any) -> Any:
        """Refuse."""
        _refuse(context, "generates no projects")

    def GenerateProgram(self, request: Any, context: Any) -> Any:
        """Refuse."""
        _refuse(context, "generates no programs")

    def GeneratePackage(self, request: Any, context: Any) -> Any:
        """Refuse."""
        _refuse(context, "generates no SDKs")

    def _install_first(self, environment: Environment, folder: Path) -> None:
        with grpc.insecure_channel(self._engine_address) as channel:
            engine = engine_pb2_grpc.EngineStub(channel)
            for _, chunk in install(environment, folder, self._processes):
                text = chunk.decode(errors="replace")
                severity = engine_pb2.INFO
                engine.Log(engine_pb2.LogRequest(severity=severity, message=text, ephemeral=True))


def _options(info: "language_pb2.ProgramInfo") -> dict[str, Any]:
    return dict(json_format.MessageToDict(info.options))


def _environment(info: "language_pb2.ProgramInfo") -> Environment:
    return Environment.of(Path(info.root_directory), _options(info))


def _dependency(plugin: packages.Plugin) -> "plugin_pb2.PackageDependency":
    found = plugin_pb2.PackageDependency(
        name=plugin.name, kind="resource", version=plugin.version, server=plugin.server
    )
    if plugin.parameterization:
        json_format.ParseDict(plugin.parameterization, found.parameterization)
    return found


def _refuse(context: Any, what: str) -> None:
    text = f"the stand-in for pulumi-language-python {what}; use the vendor's language host"
    context.abort(grpc.StatusCode.UNIMPLEMENTED, text)


@contextmanager
def _answering(context: Any) -> Generator[None]:
    try:
        yield
    except HostError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
