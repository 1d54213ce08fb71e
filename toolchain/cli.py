"""The commands of `python3 -m toolchain`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from toolchain.errors import ToolchainError
from toolchain.places import Checkout

_INTERRUPTED = 130
_ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error is one message on stderr."""
    options = _parser().parse_args(arguments)
    checkout = Checkout(_ROOT)
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        return _run(options, checkout)
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "interrupted: what is finished stays, and `make setup` continues from there",
            file=sys.stderr,
        )
        return _INTERRUPTED


def _run(options: argparse.Namespace, checkout: Checkout) -> int:
    # Imported here: a warm set-up takes less time than importing what a cold one needs.
    if options.command == "setup":
        from toolchain.setup import products, stamp
        from toolchain.setup.docker_need import needs_docker

        required = products.required(checkout, options.stack)
        docker = needs_docker(checkout, options.stack)
        last = None if options.again else stamp.read(checkout, required, docker=docker)
        if last is not None:
            if not options.quiet:
                print(stamp.table(last.rows, last.decisions))
            return 0
        from toolchain.setup.run import set_up

        return set_up(checkout, required, docker=docker)
    if options.command == "environment":
        from toolchain.setup.run import environment_only

        environment_only(checkout)
        return 0
    if options.command == "plugins":
        from toolchain.setup.home import link_plugins
        from toolchain.setup.stamp import plugins

        link_plugins(options.folder, plugins(checkout))
        return 0
    if options.command in ("tool", "source", "assets", "image"):
        print(_for_tests(options, checkout))
        return 0
    if options.command == "lock":
        from toolchain.locking import lock

        lock(checkout, print)
        return 0
    from toolchain.doctor import examine

    return examine(checkout)


def _for_tests(options: argparse.Namespace, checkout: Checkout) -> Path:
    """Return where something is that no set-up provides, but a test."""
    if options.command == "image":
        from toolchain.setup.one_image import provide_archive

        return provide_archive(checkout, options.name)
    if options.command == "assets":
        from toolchain.setup.assets import provide_assets

        return provide_assets(checkout)
    from toolchain.setup.one_tool import provide, provide_source

    if options.command == "source":
        return provide_source(checkout, options.name, options.module)
    return provide(checkout, options.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m toolchain", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="install the tools and the Python environment")
    setup.add_argument(
        "--again", action="store_true", help="search for every tool again, even if nothing changed"
    )
    setup.add_argument(
        "--quiet", action="store_true", help="print nothing when nothing has changed"
    )
    setup.add_argument("--stack", help="install what this stack's target needs, too")
    commands.add_parser(
        "environment", help="make the Python environment only: enough for unit tests"
    )
    commands.add_parser("doctor", help="show what is missing or wrong and how to fix it")
    commands.add_parser("lock", help="write checksums and digests to lock.toml")
    tool = commands.add_parser("tool", help="build a tool that only tests use; prints its path")
    tool.add_argument("name", help="its name in lock.toml")
    source = commands.add_parser("source", help="fetch what a tool is built from; prints its path")
    source.add_argument("name", help="its name in lock.toml")
    source.add_argument("module", help="the path of the module")
    commands.add_parser(
        "assets", help="build kube-apiserver and etcd for tests; prints KUBEBUILDER_ASSETS"
    )
    image = commands.add_parser("image", help="make an image that only tests use; prints its path")
    image.add_argument("name", help="its name in toolchain/images/addons.py")
    plugins = commands.add_parser("plugins", help="link the plugins into another PULUMI_HOME")
    plugins.add_argument("folder", type=Path, help="the PULUMI_HOME, made when missing")
    return parser


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
