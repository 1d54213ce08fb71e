"""A stack file that is about to be written: its text, and what Pulumi reads in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, cast

from components.settings.configuration import full_key, stack_configuration, text_keys
from components.settings.stack_file import NAMESPACE
from components.settings.yaml import YAMLError, read
from stacks.settings import Settings
from stacks.write_back.declaring import declared, manifests, path_of
from stacks.write_back.editing import Step, UnwritableError, with_value, without_value
from stacks.write_back.places import changed, value_at
from stacks.write_back.proposal import REMOVED, Proposal

_CONFIG = "config"


@dataclass(frozen=True)
class Draft:
    """A stack file's text, with the settings of the stack: those of files that it extends too."""

    text: str
    project: str
    settings: Mapping[str, Any]
    where: str

    model: Settings
    """The settings as they were read: its applications and containers stay what they are."""

    @classmethod
    def of(cls, text: str, project: str, settings: Mapping[str, Any], where: str) -> Self:
        """Return the draft of an unchanged file.  Raises SettingsError for wrong settings."""
        return cls(text, project, settings, where, Settings.parse(dict(settings), where))

    def with_proposal(self, proposal: Proposal) -> Self:
        """Return the draft in which the settings of a proposal have its values.

        Raises SettingsError for values that do not validate and places that cannot be written.
        """
        draft = self
        for setting, value in proposal.settings:
            draft = draft._with(path_of(self.model, proposal, setting), value)
        return draft

    def require(self, proposals: Sequence[Proposal]) -> None:
        """Raise SettingsError unless the settings declare what the cluster has."""
        known = manifests(Settings.parse(dict(self.settings), self.where))
        for proposal in proposals:
            if (given := declared(known, proposal)) != proposal.live:
                raise UnwritableError(f"the settings would give {_shown(given)} there")

    def _with(self, path: tuple[Step, ...], value: Any) -> Self:
        path = self._written_path(path)
        own = stack_configuration(self.text.encode(), self.project)
        if value is REMOVED and f"{NAMESPACE}:extends" in own:
            raise UnwritableError(
                "the stack file extends another one, which may set it too; remove it there"
            )
        first, *rest = path
        key = f"{NAMESPACE}:{first}"
        place = (_CONFIG, self._key(key), *rest)
        text = self._edited(place, value)
        expected = changed(own, (key, *rest), value)
        if stack_configuration(text.encode(), self.project) != expected:
            raise UnwritableError("the stack file has a form in which it cannot be written alone")
        return replace(self, text=text, settings=changed(self.settings, path, value))

    def _written_path(self, path: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return the path as the file has it: an image may be a text, its reference."""
        *around, last = path
        short = last == "reference" and isinstance(value_at(self.settings, around), str)
        return tuple(around) if short else path

    def _edited(self, place: Sequence[Step], value: Any) -> str:
        try:
            if value is REMOVED:
                return without_value(self.text, place)
            return with_value(self.text, place, value)
        except YAMLError as error:
            raise UnwritableError(str(error)) from None

    def _key(self, wanted: str) -> str:
        """Return a key as the file has it: perhaps without its namespace."""
        document = cast("dict[str, Any]", read(self.text.encode()) or {})
        keys = text_keys(document.get(_CONFIG), _CONFIG)
        return next((key for key in keys if full_key(key, self.project) == wanted), wanted)


def _shown(value: Any) -> str:
    return "nothing" if value is REMOVED else str(value)
