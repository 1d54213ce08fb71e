"""The plugin's process: serve, say where, end in time."""

from concurrent.futures import ThreadPoolExecutor

from standins.docker_plugin.host import EngineLog
from standins.docker_plugin.lifetime import Lifetime
from standins.docker_plugin.provider import DockerProvider
from standins.docker_plugin.stubs import grpc, provider_pb2_grpc

_CONCURRENT_CALLS = 32
_STOP_SECONDS = 1.0
_OPTIONS = (
    # State and schemas may be larger than gRPC's 4 MB; Pulumi's own limit is 400 MB.
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.so_reuseport", 0),
)


def serve(engine_address: str) -> None:
    """Serve the protocol on a free port of 127.0.0.1 until Pulumi is done with it.

    Input: the address of the Pulumi engine. The port is printed as the one line on standard
    output: that is how Pulumi finds the plugin.
    """
    lifetime = Lifetime(engine_address)
    lifetime.listen_for_signals()
    log = EngineLog(engine_address)
    provider = DockerProvider(log)
    server = grpc.server(ThreadPoolExecutor(_CONCURRENT_CALLS), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    lifetime.wait()
    provider.stop()
    server.stop(_STOP_SECONDS).wait()
    log.close()
