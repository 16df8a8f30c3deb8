"""Fields that the serializers of the apps share. Unknown is `null` in JSON, whatever the column keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from skillnet.kernel.tabular.cells import MAX_TEXT, RowReader

MAX_VALUES = 200  # in one list
MAX_WHOLE = 2_147_483_647  # what an integer column holds


class StrictSerializer(serializers.Serializer[Any]):
    """A PUT says all of a row, so a field that nobody knows is a mistake and not something to pass over."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            message = _("Dit veld bestaat niet.")
            raise serializers.ValidationError(
                {str(name): message for name in sorted(unknown)}, code="unknown"
            )
        return super().to_internal_value(data)


class UnknownText(serializers.CharField):
    """Text that may be unknown: stored empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", MAX_TEXT)
        if not options.get("read_only"):
            options |= {"required": False, "allow_blank": True, "default": ""}
        super().__init__(**options)


class UnknownChoice(serializers.ChoiceField):
    """One of a few words, or `null`: unknown, which the column keeps as an empty text."""

    def __init__(self, choices: Any, **options: Any) -> None:
        options = {"required": False, "allow_null": True, "default": None} | options
        super().__init__(choices, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or ""

    def to_representation(self, value: Any) -> Any:
        return value or None


class ValueList(serializers.ListField):
    """A list without doubles; empty is unknown."""

    def __init__(self, **options: Any) -> None:
        shape: dict[str, Any] = {"required": False, "default": list, "max_length": MAX_VALUES}
        super().__init__(**(shape | options))

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class Cell(serializers.CharField):
    """One value that reads as it does in a cell of the interchange file (skillnet.kernel.tabular)."""

    default_error_messages = {"cell": gettext_lazy("“{value}” is hier geen geldige waarde.")}

    def __init__(self, read: Callable[[RowReader, str], Any], **options: Any) -> None:
        super().__init__(max_length=500, **options)
        self.read = read

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        reader = RowReader({"value": text}, line=1)
        found = self.read(reader, "value")
        if reader.problems or not found or (isinstance(found, tuple) and len(found) != 1):
            self.fail("cell", value=text)
        return found[0] if isinstance(found, tuple) else found


def _regions(reader: RowReader, column: str) -> Any:
    return reader.regions(column)


def _skills(reader: RowReader, column: str) -> Any:
    return reader.skills(column)


def _languages(reader: RowReader, column: str) -> Any:
    return reader.languages(column)


class Regions(ValueList):
    """NUTS codes, level 1 to 3."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("NUTS-codes van niveau 1 tot 3. Leeg: onbekend."))
        super().__init__(child=Cell(_regions), **options)


class Skills(ValueList):
    """URIs of ESCO skills."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("URI’s van ESCO-vaardigheden. Leeg: onbekend."))
        super().__init__(child=Cell(_skills), **options)


class Languages(ValueList):
    """Two-letter languages that people need."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Cell(_languages), **options)


class Region(Cell):
    """One NUTS code, or an empty text: unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(_regions, required=False, allow_blank=True, default="", **options)


class Whole(serializers.IntegerField):
    """A whole number, or `null`: unknown."""

    def __init__(self, **options: Any) -> None:
        bounds = {"min_value": 1, "max_value": MAX_WHOLE}
        super().__init__(**({"required": False, "allow_null": True, "default": None} | bounds | options))


class Euro(serializers.DecimalField):
    """Euro excluding VAT, as text with two decimals, or `null`: unknown."""

    def __init__(self, **options: Any) -> None:
        shape = {"max_digits": 12, "decimal_places": 2, "min_value": 0}
        super().__init__(**({"required": False, "allow_null": True, "default": None} | shape | options))


class PartySerializer(serializers.Serializer[Any]):
    """An organisation by name."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(read_only=True)


class ReferenceSerializer(serializers.Serializer[Any]):
    """A row of another kind: its public id and its owner's own reference."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_id = serializers.CharField(read_only=True)
