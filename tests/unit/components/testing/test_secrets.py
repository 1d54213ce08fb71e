"""Secrets are followed through a program; one in plain text fails the deployment."""

import base64

import pulumi
import pytest

from components.testing import SecretLeak, deploy, secret
from tests.unit.components.testing.programs import Thing, kubernetes, manifest

_CONFIG = {"password": secret("hunter2!")}


def password() -> pulumi.Output[str]:
    """Return the secret of the configuration."""
    return pulumi.Config().require_secret("password")


def test_a_secret_stays_one_through_apply_and_resources() -> None:
    def program() -> None:
        url = password().apply(lambda word: f"https://web:{word}@db")
        first = Thing("first", url=url, tags=["a", {"b": url}])
        Thing("second", place=first.address)
        pulumi.export("url", url)

    given = {"cloud:index:Thing": {"address": secret("address of the thing")}}
    made = deploy(program, config=_CONFIG, outputs=given)

    assert made["first"]["url"] == "https://web:hunter2!@db"
    assert made["first"].is_secret("url")
    assert made["first"].is_secret("tags[1].b")
    assert made["second"].is_secret("place")
    assert made.is_secret("url")
    assert "hunter2!" not in made.text()


def leaks(program: object, **options: object) -> list[str]:
    """Return the places where the program leaks a secret."""
    with pytest.raises(SecretLeak) as leak:
        deploy(program, config=_CONFIG, **options)  # pyright: ignore[reportArgumentType]
    assert "hunter2!" not in str(leak.value)
    return leak.value.places


def test_a_secret_that_is_read_in_plain_leaks() -> None:
    def program() -> None:
        word = pulumi.Config().require("password")
        Thing("first", tags=[{"url": f"https://web:{word}@db"}])
        pulumi.export("word", word)
        pulumi.log.info(f"the password is {word}")

    assert leaks(program) == [
        "cloud:index:Thing first: tags[0].url",
        "output word",
        "message 1",
    ]
    assert deploy(program, config=_CONFIG, allow_leaks=True).outputs == {"word": "hunter2!"}


def test_a_secret_that_is_no_longer_marked_leaks() -> None:
    def program() -> None:
        Thing("first", url=pulumi.Output.unsecret(password()))

    assert leaks(program) == ["cloud:index:Thing first: url"]


def test_an_encoded_secret_leaks() -> None:
    def program() -> None:
        word = pulumi.Config().require("password")
        Thing("first", data=base64.b64encode(word.encode()).decode())

    assert leaks(program) == ["cloud:index:Thing first: data"]


def test_a_secret_of_the_program_itself_leaks() -> None:
    def program() -> None:
        Thing("first", key=pulumi.Output.secret("a key of the program"))
        Thing("second", key="a key of the program")

    assert leaks(program) == ["cloud:index:Thing second: key"]


def test_the_content_of_a_kubernetes_secret_is_no_leak() -> None:
    def program() -> None:
        word = pulumi.Config().require("password")
        kubernetes("secret", manifest("Secret", "web", stringData={"password": word}))

    assert deploy(program, config=_CONFIG)["secret"]["stringData.password"] == "hunter2!"


def test_short_words_are_no_secrets_elsewhere() -> None:
    def program() -> None:
        Thing("first", label=pulumi.Output.secret("web"))
        Thing("second", label="web")

    assert len(deploy(program).resources) == 2


def test_outputs_that_a_resource_declares_secret_are_secret() -> None:
    def program() -> None:
        first = Thing(
            "first", size=1, opts=pulumi.ResourceOptions(additional_secret_outputs=["address"])
        )
        Thing("second", place=first.address, tags=[first.size])

    outputs = {"cloud:index:Thing": {"address": "address of the thing"}}
    made = deploy(program, outputs=outputs)

    assert made["second"].is_secret("place")
    assert not made["second"].is_secret("tags[0]")
