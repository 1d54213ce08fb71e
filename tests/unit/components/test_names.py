"""Names of a stack: valid everywhere, and never those of another stack."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from components.names import Names, dns_label

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_PULUMI = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)
"""What Pulumi accepts as the name of a project or a stack."""


@given(st.text())
@example("")
@example("---")
@example("-x")
@example("a" * 41)
@example("a" * 32 + "-b" * 10)
def test_any_text_becomes_a_dns_label_that_leaves_room_for_a_suffix(text: str) -> None:
    label = dns_label(text)

    assert _LABEL.fullmatch(label)
    assert len(label) <= 40


@given(st.text(), st.text())
@example("Shop", "shop")
@example("shop_dev", "shop-dev")
@example("shop.", "shop")
@example("a" * 50, "a" * 51)
def test_two_texts_never_become_one_label(one: str, other: str) -> None:
    assume(one != other)

    assert dns_label(one) != dns_label(other)


@given(st.from_regex(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?", fullmatch=True))
def test_a_text_that_is_a_label_stays_as_it_is(text: str) -> None:
    assert dns_label(text) == text


@given(_PULUMI, _PULUMI, _PULUMI, _PULUMI)
@example("a-b", "c", "a", "b-c")
@example("a", "b-c", "a-b", "c")
@example("a", "B", "a", "b")
def test_two_stacks_never_share_names(
    project: str, stack: str, other_project: str, other_stack: str
) -> None:
    assume((project, stack) != (other_project, other_stack))

    assert Names(project, stack).base != Names(other_project, other_stack).base


@given(_PULUMI, _PULUMI)
def test_every_name_is_a_label(project: str, stack: str) -> None:
    names = Names(project, stack)

    for name in (names.namespace, names.cluster, names.registry, names.field_manager):
        assert _LABEL.fullmatch(name)
    for value in names.owner_labels.values():
        assert _LABEL.fullmatch(value)


@pytest.mark.parametrize(
    ("project", "stack", "base"),
    [("slipway", "kind", "slipway-kind"), ("slipway", "kind-2", "slipway-kind-2")],
)
def test_plain_names_can_be_guessed(project: str, stack: str, base: str) -> None:
    assert Names(project, stack).base == base


def test_the_owner_labels_are_manager_and_stack() -> None:
    assert Names("shop", "dev").owner_labels == {
        "app.kubernetes.io/managed-by": "slipway",
        "slipway.dev/stack": "shop-dev",
    }


@given(_PULUMI, _PULUMI)
@example("a" * 100, "b" * 100)
def test_the_name_of_every_node_of_a_cluster_fits_a_host_name(project: str, stack: str) -> None:
    cluster = Names(project, stack).cluster

    for suffix in ("control-plane5", "worker20", "external-load-balancer"):
        assert len(f"{cluster}-{suffix}") <= 63
