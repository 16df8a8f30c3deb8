"""Fields and expressions that several apps share."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

# Configurations that plain PostgreSQL ships; every other language falls back to `simple`.
TEXT_SEARCH_CONFIGS = {"nl": "dutch", "fr": "french", "en": "english", "de": "german"}

LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English"), ("de", "Deutsch")]


class UuidV7(Func):
    """PostgreSQL 18's uuidv7(): sorts by creation."""

    function = "uuidv7"
    output_field = models.UUIDField()


class UuidV4(Func):
    """A random identity, for things whose moment of creation must not show."""

    function = "gen_random_uuid"
    output_field = models.UUIDField()


class TextSearch(Func):
    """tsvector of the given text columns in the row's own language; first column weighs A, others B."""

    template = "%(expressions)s"

    def __init__(self, language: str, *columns: str, **extra: Any) -> None:
        super().__init__(F(language), *[F(column) for column in columns], output_field=SearchVectorField())

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression)[0] for expression in self.get_source_expressions()]
        language, columns = parts[0], parts[1:]
        branches = " ".join(
            f"WHEN '{code}' THEN {self._vector(config, columns)}"
            for code, config in TEXT_SEARCH_CONFIGS.items()
        )
        return f"(CASE {language} {branches} ELSE {self._vector('simple', columns)} END)", []

    @staticmethod
    def _vector(config: str, columns: list[str]) -> str:
        weights = ["A"] + ["B"] * (len(columns) - 1)
        return " || ".join(
            f"setweight(to_tsvector('{config}'::regconfig, coalesce({column}, '')), '{weight}')"
            for column, weight in zip(columns, weights, strict=True)
        )


def public_id() -> models.UUIDField:
    """The identity that addresses and the API show."""
    return models.UUIDField(db_default=UuidV7(), unique=True, editable=False)


def unguessable_id() -> models.UUIDField:
    return models.UUIDField(db_default=UuidV4(), unique=True, editable=False)


def money(**options: Any) -> models.DecimalField:
    """Euro excluding VAT, two places."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)
