"""The page docs/components.md, generated from the public classes of the components.

`python -m stacks.component_reference` writes it. Descriptions come from the docstrings of the
classes, of their attributes, and of the fields of their arguments.
"""

import ast
import inspect
import types
import typing
from collections.abc import Iterator
from inspect import Parameter
from pathlib import Path
from typing import Any, Literal, cast

import pulumi
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import components
from stacks.descriptions import statements
from stacks.reference import description_cell

PAGE = Path(__file__).parents[1] / "docs" / "components.md"

_INTRODUCTION = """\
<!-- Generated from the docstrings by `make docs`; a change here is lost. -->
# Components

The public classes of the package: `from slipway import App, Image, Target`. In a checkout
`components` is the same package. Stack files give the arguments under the names of
[Settings](settings.md), in camelCase.
"""
_PARAMETERS = {
    "name": "Name of the resource in Pulumi, from which the names of what it makes are derived.",
    "args": "The settings as one object, instead of keywords.",
    "opts": "Pulumi's resource options.",
    "image": "Image of the application's container.",
    "target": "Cluster and registry that it goes to.",
    "adjust": "Function that gets each manifest before it is registered, and changes it or "
    "returns another one.",
    "apps": "Applications by name.",
    "calls": "Applications that it calls; NetworkPolicies admit it there.",
    "registry": "Registry that the nodes pull from.",
    "port": "Port of the application on this machine; the first free one unless given.",
    "allocation": "Ports and mark that a target has chosen already; its own unless given.",
}
"""What parameters of components mean, by their names: the same in each of them."""


def page() -> str:
    """Return the whole page as Markdown: the components, then their arguments, then errors."""
    public = public_classes()
    sections = {
        "Resources": [c for c in public if issubclass(c, pulumi.ComponentResource)],
        "Arguments": [c for c in public if issubclass(c, BaseModel)],
        "Errors": [c for c in public if issubclass(c, Exception)],
    }
    explained: dict[tuple[str, str], str] = {}
    parts = [_INTRODUCTION]
    for title, classes in sections.items():
        parts.append(f"## {title}\n")
        for cls in classes:
            parts += [f"### {cls.__name__}\n", f"{inspect.getdoc(cls)}\n"]
            if issubclass(cls, BaseModel):
                parts += _fields(cls, explained)
            elif issubclass(cls, pulumi.ComponentResource):
                selected = cls is components.Target  # `select` constructs it
                parts += [*([] if selected else _constructor(cls)), *_outputs(cls)]
    return "\n".join(parts)


def public_classes() -> list[type]:
    """Return the classes that the package exports, apart from those that only type keywords."""
    exported = (getattr(components, name) for name in dir(components))
    return [one for one in exported if isinstance(one, type) and not typing.is_typeddict(one)]


def undescribed() -> list[str]:
    """Return the parameters of components that have no description on the page."""
    return [
        f"{cls.__name__}({parameter.name}=)"
        for cls in public_classes()
        if issubclass(cls, pulumi.ComponentResource) and cls is not components.Target
        for parameter in _parameters(cls)
        if parameter.name not in _PARAMETERS
    ]


def shown_type(annotation: Any) -> str:
    """Return a type as a reader would write it: `str | None`, `list[StorageArgs]`."""
    origin, options = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is types.NoneType:
        return "None"
    if origin is typing.Annotated:
        return shown_type(options[0])
    if origin is Literal:
        return " | ".join(f'"{option}"' for option in options)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(map(shown_type, options))
    name = getattr(origin or annotation, "__name__", str(annotation))
    return f"{name}[{', '.join(map(shown_type, options))}]" if options else name


def _fields(model: type[BaseModel], explained: dict[tuple[str, str], str]) -> Iterator[str]:
    rows: list[str] = []
    known: dict[str, list[str]] = {}
    for name, field in model.model_fields.items():
        owner = next(base for base in model.__mro__ if name in inspect.get_annotations(base))
        first = explained.setdefault((owner.__qualname__, name), model.__name__)
        if first != model.__name__:
            known.setdefault(first, []).append(name)
            continue
        kind = _code(shown_type(field.annotation))
        rows.append(f"| `{name}` | {kind} | {_default(field)} | {description_cell(model, name)} |")
    if rows:
        yield _table("| Argument | Type | Default | What it is |", rows)
    for first, names in known.items():
        listed = ", ".join(f"`{name}`" for name in names)
        yield f"And {listed}: as in [{first}](#{first.lower()}).\n"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "required" if value is PydanticUndefined else _code(_python(value))


def _python(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_python, cast('list[object]', value)))}]"
    if isinstance(value, BaseModel):
        given = (f"{name}={getattr(value, name)!r}" for name in sorted(value.model_fields_set))
        return f"{type(value).__name__}({', '.join(given)})"
    return repr(value)


def _parameters(cls: type[pulumi.ComponentResource]) -> list[Parameter]:
    parameters = list(inspect.signature(cls).parameters.values())
    return [one for one in parameters if one.kind is not Parameter.VAR_KEYWORD]


def _constructor(cls: type[pulumi.ComponentResource]) -> Iterator[str]:
    (start,) = (f for f in _functions(cls) if f.name == "__init__")
    declared = {one.arg: one.annotation for one in (*start.args.args, *start.args.kwonlyargs)}
    rows: list[str] = []
    for parameter in _parameters(cls):
        name, default = parameter.name, parameter.default
        shown = "required" if default is Parameter.empty else _code(repr(default))
        kind = _code(_source(declared[name]))
        rows.append(f"| `{name}` | {kind} | {shown} | {_PARAMETERS.get(name, '')} |")
    yield _table("| Parameter | Type | Default | What it is |", rows)
    if start.args.kwarg:
        args = inspect.signature(cls).parameters["args"].annotation
        model = next(one.__name__ for one in typing.get_args(args) if issubclass(one, BaseModel))
        link = f"[{model}](#{model.lower()})"
        yield f"Instead of `args`, each field of {link} may be given as a keyword.\n"


def _outputs(cls: type) -> Iterator[str]:
    rows = [
        f"| `{name}` | {_code(kind)} | {' '.join(text.split())} |"
        for name, kind, text in _attributes(cls)
    ]
    if rows:
        yield _table("| Attribute | Type | What it is |", rows)


def _functions(cls: type) -> Iterator[ast.FunctionDef]:
    return (one for one in statements(cls) if isinstance(one, ast.FunctionDef))


def _attributes(cls: type) -> Iterator[tuple[str, str, str]]:
    """Yield the documented attributes, properties and static methods of a class."""
    body = statements(cls)
    for statement, after in zip(body, [*body[1:], None], strict=True):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name), annotation=kind),
                ast.Expr(value=ast.Constant(value=str(text))),
            ) if not name.startswith("_"):
                yield name, _source(kind), text
            case ast.FunctionDef(name=name, decorator_list=[ast.Name(id=decorator)]), _:
                text = ast.get_docstring(statement) or ""
                if text and not name.startswith("_") and decorator in ("property", "staticmethod"):
                    call = "()" if decorator == "staticmethod" else ""
                    yield f"{name}{call}", _source(statement.returns), text
            case _:
                pass


def _source(annotation: ast.expr | None) -> str:
    text = "" if annotation is None else ast.unparse(annotation)
    return text.strip("'").replace("pulumi.", "")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _table(head: str, rows: list[str]) -> str:
    columns = head.count("|") - 1
    return "\n".join([head, f"|{' --- |' * columns}", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
