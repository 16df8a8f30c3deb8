"""JSON bodies of a bounded size and depth."""

import codecs
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.utils import json

from skillnet.api.problems import TooLarge


class TextParser(BaseParser):
    """The body as text, read no further than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise TooLarge
        try:
            return data.removeprefix(codecs.BOM_UTF8).decode()
        except UnicodeDecodeError as error:
            raise ParseError(_("Het bericht is geen UTF-8.")) from error


class BoundedJsonParser(TextParser):
    """The body as decoded JSON; not-a-number and endless nesting are refused as a client's mistake."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        text = super().parse(stream, media_type, parser_context)
        try:
            return json.loads(text, parse_constant=json.strict_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Het bericht is geen geldige JSON: %(why)s") % {"why": error}) from error
