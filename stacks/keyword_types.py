"""Types of the components' keywords, for editors: `python -m stacks.keyword_types` writes them.

Each settings model gives a TypedDict (PEP 692), so that `App(..., port=8080)` and, in it,
`service={"port": 80}` complete and type-check. The files are generated, because no type checker
derives one from the other.
"""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pulumi
from pydantic import BeforeValidator, ValidationError
from pydantic_core import PydanticUndefined

from components import (
    App,
    AppArgs,
    Cluster,
    ClusterArgs,
    Image,
    ImageArgs,
    Registry,
    RegistryArgs,
)
from components.settings.model import Model

_COMPONENTS: Mapping[type[pulumi.ComponentResource], type[Model]] = {
    App: AppArgs,
    Cluster: ClusterArgs,
    Image: ImageArgs,
    Registry: RegistryArgs,
}

_HEAD = '''\
"""Types of {component}'s keywords; `python -m stacks.keyword_types` generates this file."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

import pulumi
'''

_WORDS: Mapping[Any, str] = {
    Any: "Any",
    NoneType: "None",
    bool: "bool",
    int: "int",
    str: "str",
    pulumi.Output[str]: "pulumi.Output[str]",
}


def files() -> dict[Path, str]:
    """Return the generated files: `keywords.py` in the room of each component, and its text."""
    return {
        Path(inspect.getfile(component)).with_name("keywords.py"): _text(component, model)
        for component, model in _COMPONENTS.items()
    }


def _text(component: type[pulumi.ComponentResource], model: type[Model]) -> str:
    # A parameter of the constructor's own hides the setting of the same name.
    hidden = set(inspect.signature(component).parameters)
    fields = [name for name in model.model_fields if name not in hidden]
    keywords = _class(f"{component.__name__}Keywords", "TypedDict", model, fields)
    nested = list(dict.fromkeys(inner for name in fields for inner in _models(model, name)))
    imports = [_import(component, inner) for inner in nested if not inner.__name__.startswith("_")]
    head = _HEAD.format(component=component.__name__)
    return _formatted("\n".join([head, *imports, *map(_nested_class, nested), keywords]))


def _import(component: type[pulumi.ComponentResource], model: type[Model]) -> str:
    room = component.__module__.removesuffix(".component")
    dots, start = (".", room) if model.__module__.startswith(f"{room}.") else ("..", "components")
    module = model.__module__.removeprefix(f"{start}.")
    return f"from {dots}{module} import {model.__name__}"


def _nested_class(model: type[Model]) -> str:
    base = _base(model)
    inherited = base.model_fields if base else {}
    fields = [
        name
        for name in model.model_fields
        if name not in inherited or (base and _field(base, name) != _field(model, name))
    ]
    return _class(
        f"{model.__name__}Dict", f"{base.__name__}Dict" if base else "TypedDict", model, fields
    )


def _class(name: str, base: str, model: type[Model], fields: list[str]) -> str:
    body = [_field(model, field) for field in fields] or ["pass"]
    return "\n    ".join([f"class {name}({base}, total=False):", *body]) + "\n"


def _field(model: type[Model], name: str) -> str:
    field = model.model_fields[name]
    kind = accepted_type(_input(field.annotation, field.metadata))
    return f"{name}: Required[{kind}]" if field.is_required() else f"{name}: {kind}"


def accepted_type(annotation: Any) -> str:
    """Return the type that a keyword accepts for a setting's: for a model, a mapping too.

    Raises TypeError for an annotation that no setting has had so far.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in _WORDS:
        return _WORDS[annotation]
    if origin is Annotated:
        return accepted_type(_input(inner[0], inner[1:]))
    if origin is Literal:
        return f"Literal[{', '.join(map(json.dumps, inner))}]"
    if origin in (Union, UnionType):
        return " | ".join(map(accepted_type, inner))
    if origin is dict:
        return f"Mapping[{', '.join(map(accepted_type, inner))}]"
    if origin is list:
        element = accepted_type(inner[0])
        # A text is a sequence of texts too, and would pass for one.
        return f"{'list' if 'str' in element.split(' | ') else 'Sequence'}[{element}]"
    if isinstance(annotation, type) and issubclass(annotation, Model):
        name = annotation.__name__
        return f"{name} | {name}Dict" + (" | str" if _takes_text(annotation) else "")
    raise TypeError(f"{annotation}: stacks/keyword_types.py has no type for it")


def _input(annotation: Any, metadata: Iterable[Any]) -> Any:
    """Return what a validator takes before it makes the annotated type of it."""
    inputs = [item.json_schema_input_type for item in metadata if isinstance(item, BeforeValidator)]
    return next((taken for taken in inputs if taken is not PydanticUndefined), annotation)


def _takes_text(model: type[Model]) -> bool:
    """Return whether a plain text stands for the model, such as a path for its health."""
    try:
        model.model_validate("")
    except ValidationError as error:
        return all(detail["type"] != "model_type" for detail in error.errors())
    return True


def _base(model: type[Model]) -> type[Model] | None:
    """Return the model that another one extends."""
    base = model.__bases__[0]
    return base if issubclass(base, Model) and base is not Model else None


def _models(model: type[Model], field: str) -> Iterator[type[Model]]:
    """Yield the models in a field, each after those that its own type needs."""
    waiting: list[Any] = [model.model_fields[field].annotation]
    while waiting:
        annotation = waiting.pop(0)
        waiting += get_args(annotation)
        if isinstance(annotation, type) and issubclass(annotation, Model):
            yield from _with_needed(annotation)


def _with_needed(model: type[Model]) -> Iterator[type[Model]]:
    if base := _base(model):
        yield from _with_needed(base)
    for field in model.model_fields:
        yield from _models(model, field)
    yield model


def _formatted(source: str) -> str:
    """Return the source as `make lint` wants it, without the imports that it does not use."""
    imports = ["check", "--quiet", "--fix-only", "--select=F401,I001"]
    for words in (imports, ["format", "--quiet"]):
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *words,
                "--stdin-filename=components/app/keywords.py",
                "-",
            ],
            input=source,
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[1],
            encoding="utf-8",
        )
        source = ran.stdout
    return source


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
