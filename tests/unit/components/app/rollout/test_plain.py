"""Manifests from the inputs that Pulumi hands to a hook."""

from components.app.rollout.plain import plain


def test_whole_numbers_have_no_fraction_and_others_keep_theirs() -> None:
    inputs = {"spec": {"replicas": 3.0, "list": [1.0, {"a": 2.5}]}}

    made = plain(inputs)

    assert repr(made) == "{'spec': {'replicas': 3, 'list': [1, {'a': 2.5}]}}"


def test_a_status_and_what_is_none_are_left_out_and_what_is_false_or_empty_stays() -> None:
    inputs = {"status": None, "spec": {"paused": False, "a": None, "env": [], "text": "3.0"}}

    assert plain(inputs) == {"spec": {"paused": False, "env": [], "text": "3.0"}}
