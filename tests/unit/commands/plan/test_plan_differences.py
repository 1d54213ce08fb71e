"""Belongs here: which fields differ between two values, and how a value is shown."""

from commands.plan.differences import UNKNOWN, UNSET, differences, shown


def _fields(before: object, after: object) -> list[tuple[str, object, object]]:
    return [(each.field, each.before, each.after) for each in differences(before, after)]


def test_equal_values_have_no_difference() -> None:
    assert _fields({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}) == []


def test_a_field_is_named_by_its_path_and_a_missing_one_is_unset() -> None:
    before = {"spec": {"replicas": 3, "paused": True}}
    assert _fields(before, {"spec": {"replicas": 4}}) == [
        ("spec.paused", True, UNSET),
        ("spec.replicas", 3, 4),
    ]


def test_items_of_a_list_are_found_by_their_names() -> None:
    def env(*names: str) -> object:
        return {"env": [{"name": name, "value": name.lower()} for name in names]}

    (found,) = _fields(env("A", "B"), env("A", "X", "B"))
    assert found == ("env[X]", UNSET, {"name": "X", "value": "x"})


def test_another_order_is_a_difference_of_the_whole_list() -> None:
    one, other = {"name": "A"}, {"name": "B"}
    assert _fields({"env": [one, other]}, {"env": [other, one]}) == [
        ("env", [one, other], [other, one])
    ]


def test_a_list_without_merge_keys_differs_as_a_whole() -> None:
    assert _fields({"command": ["a"]}, {"command": ["a", "b"]}) == [("command", ["a"], ["a", "b"])]


def test_bookkeeping_of_pulumi_is_no_difference() -> None:
    assert _fields({"__provider": "a", "x": {"__defaults": []}}, {"__provider": "b", "x": {}}) == []


def test_a_value_is_shown_in_one_short_line() -> None:
    assert shown("a\n  b") == "a b"
    assert shown({"a": 1}) == '{"a": 1}'
    assert shown(UNSET) == "unset"
    assert shown([UNKNOWN]) == "known after the update"
    assert len(shown("x" * 500)) == 90
