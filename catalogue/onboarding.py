"""What a provider must show before somebody verifies it, and why each piece is asked. No Django models here.

The list is the same for the provider that prepares and for who decides, so that nobody is refused for something
that was never asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SHORT_TEXT = 60  # characters: below it a presentation says no more than the name does


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is asked: `blocks` what must be there, the rest helps who decides."""

    code: str
    label: Any
    why: Any
    blocks: bool
    present: Callable[[Any], bool]


PIECES: tuple[Piece, ...] = (
    Piece(
        "enterprise_number",
        _("Ondernemingsnummer"),
        _("Zo weet iedereen welke rechtspersoon lesgeeft en factureert."),
        True,
        lambda provider: bool(provider.organisation.enterprise_number),
    ),
    Piece(
        "kind",
        _("Soort verstrekker"),
        _("Publiek, privaat, academie, sectorfonds of hoger onderwijs: de steunregels verschillen."),
        True,
        lambda provider: bool(provider.kind),
    ),
    Piece(
        "description",
        _("Voorstelling"),
        _("Bedrijven en wie nakijkt, lezen hier waarin u sterk bent."),
        True,
        lambda provider: len(provider.description) >= SHORT_TEXT,
    ),
    Piece(
        "website",
        _("Website"),
        _("Wie nakijkt, vergelijkt met wat u zelf publiceert."),
        False,
        lambda provider: bool(provider.website),
    ),
    Piece(
        "label",
        _("Kwaliteitslabel of erkenning"),
        _("Niet verplicht, maar het maakt het nazicht korter."),
        False,
        lambda provider: bool(provider.quality_label or provider.recognised_since),
    ),
)


def missing(provider: Any) -> list[Piece]:
    """What is not there yet; what blocks comes first. `provider.organisation` must be loaded."""
    return [piece for piece in PIECES if not piece.present(provider)]


def blocking(provider: Any) -> list[Piece]:
    return [piece for piece in missing(provider) if piece.blocks]
