"""Filters that the endpoints of the apps share."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField


class InstantField(IsoDateTimeField):
    """An instant as UTC: what ISO 8601 can write and PostgreSQL cannot hold (an offset of 16 hours, a year
    before the first) is a mistake of the sender."""

    def clean(self, value: Any) -> Any:
        instant = super().clean(value)
        if not isinstance(instant, datetime):
            return instant
        try:
            return instant.astimezone(UTC)
        except (OverflowError, ValueError) as error:
            raise ValidationError(_("Dit tijdstip bestaat niet."), code="invalid") from error


class InstantFilter(django_filters.IsoDateTimeFilter):
    """An instant as ISO 8601 writes it."""

    field_class = InstantField
