"""Proxies are not asked for addresses of this machine, whatever form NO_PROXY has."""

import json
import os
import urllib.error
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.machine.proxies import (
    ContainerProxies,
    is_loopback,
    is_proxied,
    opener,
    with_exceptions,
)
from tests.unit.components.doubles.registry import RegistryDouble, serve

_PROXY = "http://proxy.corp.example:3128"
_BOTH = {"HTTP_PROXY": _PROXY, "HTTPS_PROXY": _PROXY}


def _configure(proxies: object) -> None:
    folder = Path(os.environ["DOCKER_CONFIG"])
    folder.mkdir(exist_ok=True)
    text = json.dumps({"auths": {}, "proxies": proxies})
    (folder / "config.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "::1"])
def test_names_and_addresses_of_this_machine_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", None, "localhost.corp.example", "128.0.0.1", "10.0.0.1"])
def test_other_hosts_are_not_of_this_machine(host: str | None) -> None:
    assert not is_loopback(host)


@given(st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_every_loopback_address_is_of_this_machine(address: object) -> None:
    assert is_loopback(str(address))


def test_this_machine_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    with serve(RegistryDouble()) as registry:
        url = f"http://{registry.address}/v2/web/manifests/1"
        with pytest.raises(urllib.error.HTTPError, match="404") as answer:
            opener(url).open(url, timeout=5)
        answer.value.close()


def test_another_host_is_asked_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    with pytest.raises(OSError, match="refused"):
        opener("http://10.1.2.3/").open("http://10.1.2.3/", timeout=5)


@pytest.mark.parametrize(
    ("no_proxy", "proxied"),
    [
        ("", True),
        ("localhost,127.0.0.1", True),
        ("192.168.0.0/16", False),
        ("192.168.49.2", False),
        ("192.168.49.2:8443", False),
        (" 10.0.0.0/8 , 192.168.49.0/24 ,", False),
        ("192.168.49.0/28", False),
        ("192.168.49.3", True),
        ("*", False),
    ],
)
def test_an_address_is_proxied_unless_no_proxy_has_it(no_proxy: str, proxied: bool) -> None:
    environment = {**_BOTH, "NO_PROXY": no_proxy}
    assert is_proxied("https://192.168.49.2:8443", environment) is proxied


@pytest.mark.parametrize("entry", ["corp.example", ".corp.example", "*.corp.example"])
def test_a_domain_excepts_the_names_in_it(entry: str) -> None:
    environment = {**_BOTH, "no_proxy": entry}
    assert not is_proxied("https://api.corp.example", environment)
    assert is_proxied("https://corp.example.org", environment)


def test_without_a_proxy_of_its_scheme_nothing_is_proxied() -> None:
    assert not is_proxied("https://10.0.0.1", {"HTTP_PROXY": _PROXY})


def test_containers_get_the_users_exceptions_and_those_of_this_machine() -> None:
    environment = {"https_proxy": _PROXY, "NO_PROXY": "a.example; b.example", "no_proxy": "c"}

    variables = ContainerProxies.current(environment).variables(["web-registry"])

    assert variables["HTTPS_PROXY"] == variables["https_proxy"] == _PROXY
    assert variables["HTTP_PROXY"] == ""
    assert (
        variables["NO_PROXY"]
        == variables["no_proxy"]
        == ("a.example,b.example,c,localhost,127.0.0.1,::1,web-registry,.svc,.cluster.local")
    )


def test_without_a_proxy_containers_get_none() -> None:
    proxies = ContainerProxies.current({"NO_PROXY": "a.example"})

    assert not proxies
    assert set(proxies.variables(["web-registry"]).values()) == {""}


@pytest.mark.parametrize("own", ["http://localhost:3128", "127.0.0.1:3128", "http://[::1]:3128"])
def test_a_proxy_on_this_machines_loopback_is_none_for_containers(own: str) -> None:
    assert not ContainerProxies.current({"HTTP_PROXY": own, "HTTPS_PROXY": own})


def test_no_proxy_for_everything_turns_all_off() -> None:
    assert not ContainerProxies.current({**_BOTH, "NO_PROXY": "*"})


def test_proxies_of_dockers_configuration_are_completed_too() -> None:
    _configure({"default": {"httpProxy": _PROXY, "noProxy": "a.example"}})

    proxies = ContainerProxies.current({})

    assert (proxies.http, proxies.excepted) == (_PROXY, ("a.example",))


def test_the_environment_comes_before_dockers_configuration() -> None:
    _configure({"default": {"httpProxy": "http://other.example"}})
    assert ContainerProxies.current(_BOTH).http == _PROXY


def test_dockers_configuration_may_be_for_one_docker_host() -> None:
    _configure({"default": {"httpProxy": "http://other"}, "tcp://far:2375": {"httpProxy": _PROXY}})
    assert ContainerProxies.current({"DOCKER_HOST": "tcp://far:2375"}).http == _PROXY


@pytest.mark.parametrize("text", ["{", "[]", '{"proxies": []}', '{"proxies": {"default": 1}}'])
def test_a_configuration_that_cannot_be_read_has_no_proxies(text: str) -> None:
    _configure({})
    (Path(os.environ["DOCKER_CONFIG"]) / "config.json").write_text(text, encoding="utf-8")
    assert not ContainerProxies.current({})


def test_programs_of_this_machine_keep_their_proxy_and_leave_more_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:3128")
    monkeypatch.setenv("NO_PROXY", "a.example")

    variables = with_exceptions(lambda: ["172.18.0.0/16"])

    expected = "a.example,localhost,127.0.0.1,::1,172.18.0.0/16,.svc,.cluster.local"
    assert variables == {"NO_PROXY": expected, "no_proxy": expected}


@pytest.mark.parametrize("variables", [{}, {"HTTP_PROXY": _PROXY, "NO_PROXY": "*"}])
def test_where_no_proxy_is_asked_nothing_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def fail() -> list[str]:
        raise AssertionError

    assert with_exceptions(fail) == {}
