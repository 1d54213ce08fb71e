"""The plugin fails tests whose assertions nothing awaits."""

import gc
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]

_HEAD = """
import pulumi
import pytest

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, dict(args.inputs)
    def call(self, args):
        return {}

def thing():
    return pulumi.CustomResource("cloud:index:Thing", "first", {})

def fail(_):
    raise AssertionError("reached")

pulumi.runtime.set_mocks(Mocks())
"""


@pytest.fixture(autouse=True)
def garbage_of_other_tests() -> Iterator[None]:
    """Collect it before, and none while pytest formats a failure.

    Finalizers that run inside of `ast.parse` and parse themselves, as a traceback does, end it in
    Python 3.11 with "SystemError: AST constructor recursion depth mismatch".
    https://github.com/pytest-dev/pytest/issues/10763
    """
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def outcomes(pytester: pytest.Pytester, body: str) -> tuple[dict[str, int], str]:
    """Return how the tests of a file end, and what pytest prints."""
    pytester.makepyfile(_HEAD + body)
    result = pytester.runpytest_inprocess("-p", "slipway.testing.plugin", "-p", "no:cacheprovider")
    ends = {key: n for key, n in result.parseoutcomes().items() if key in ("passed", "failed")}
    assert ends, result.stdout.str()
    return ends, result.stdout.str()


def test_an_undecorated_test_fails(pytester: pytest.Pytester) -> None:
    ends, text = outcomes(pytester, "def test_it():\n    thing().urn.apply(fail)\n")

    assert ends == {"failed": 1}
    assert "the test makes cloud:index:Thing first, an `apply` outside of a deployment" in text


def test_an_apply_of_what_a_module_made_fails(pytester: pytest.Pytester) -> None:
    ends, text = outcomes(pytester, "made = thing()\ndef test_it():\n    made.urn.apply(fail)\n")

    assert ends == {"failed": 1}
    assert "the test makes an `apply` outside of a deployment" in text


def test_a_decorated_test_is_awaited(pytester: pytest.Pytester) -> None:
    body = "@pulumi.runtime.test\ndef test_it():\n    {}thing().urn.apply({})\n"

    assert outcomes(pytester, body.format("return ", "lambda _: None"))[0] == {"passed": 1}
    ends, text = outcomes(pytester, body.format("", "fail"))
    assert ends == {"failed": 1}
    assert "AssertionError: reached" in text


def test_a_deployment_needs_no_decorator(pytester: pytest.Pytester) -> None:
    body = "def test_it(deploy):\n    deploy(lambda: thing().urn.apply({}))\n"

    assert outcomes(pytester, body.format("len"))[0] == {"passed": 1}
    assert outcomes(pytester, body.format("fail"))[0] == {"failed": 1}


def test_a_marked_test_may_leave_it(pytester: pytest.Pytester) -> None:
    body = "@pytest.mark.pulumi_unawaited\ndef test_it():\n    thing()\n"

    assert outcomes(pytester, body)[0] == {"passed": 1}


def test_a_test_without_pulumi_is_as_before(pytester: pytest.Pytester) -> None:
    ends, _ = outcomes(pytester, "def test_it():\n    pass\ndef test_no():\n    assert False\n")

    assert ends == {"passed": 1, "failed": 1}


def test_a_snapshot_is_a_file_that_a_reviewer_reads(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import pytest\n"
        "from slipway.testing.snapshots import YamlFile\n"
        "@pytest.fixture\n"
        "def snapshot(snapshot):\n"
        "    return snapshot.use_extension(YamlFile)\n"
    )
    body = "import pulumi\ndef test_it(deploy, snapshot):\n    assert deploy(program) == snapshot\n"
    program = "def program():\n    pulumi.CustomResource('cloud:index:Thing', 'a', {'size': %d})\n"

    def run(size: int, *options: str) -> pytest.RunResult:
        pytester.makepyfile(body + program % size)
        return pytester.runpytest_inprocess("-p", "slipway.testing.plugin", *options)

    assert run(1, "--snapshot-update").ret == 0
    (file,) = pytester.path.rglob("*.yaml")
    assert file.read_text(encoding="utf-8") == "cloud:index:Thing a:\n  inputs:\n    size: 1\n"
    changed = run(2)
    assert changed.ret != 0
    changed.stdout.fnmatch_lines(["*size: 2*"])
