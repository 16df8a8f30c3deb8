"""The fixed texts on which a model's cosines are calibrated.

Written for this purpose as gaps and offers sound: each pair says one thing twice, in one language or across
two; any two texts of different pairs are unrelated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matching.embedder.base import CosineScale, Vectors

SAME_MEANING: tuple[tuple[str, str], ...] = (
    ("lassen van roestvrij staal", "opleiding inox lassen voor constructielassers"),
    ("boekhouding voeren en btw-aangifte doen", "cursus boekhouden en btw voor kmo's"),
    ("onze verpleegkundigen moeten wonden kunnen verzorgen", "wondzorg voor verpleegkundigen"),
    ("forklift driving", "safe operation of fork-lift trucks"),
    ("our team cannot analyse data with Python", "data analysis with Python for beginners"),
    ("conduire un chariot élévateur", "formation de cariste"),
    ("premiers secours au travail", "secouriste en entreprise : formation de base"),
    ("Schweißen von Aluminium", "Schweißkurs Aluminium für Fachkräfte"),
    ("Kundengespräche führen", "Gesprächsführung mit Kunden"),
    ("leidinggeven aan een ploeg", "people management for team leaders"),
    ("zonnepanelen plaatsen", "installer des panneaux solaires"),
    ("voedselveiligheid en HACCP", "food safety and HACCP"),
    ("onderhoud van machines in de productie", "maintenance of production machinery"),
    ("gestion des stocks d'un entrepôt", "voorraadbeheer in het magazijn"),
    ("cyberbeveiliging voor medewerkers", "sensibilisation à la cybersécurité pour le personnel"),
    ("Führen von Baumaschinen", "driving construction machinery"),
)


def measure_scale(encode: Callable[[Sequence[str]], Vectors]) -> CosineScale:
    """Encode the fixed texts and take the medians of their cosines."""
    left = encode([pair[0] for pair in SAME_MEANING])
    right = encode([pair[1] for pair in SAME_MEANING])
    cosines = left @ right.T
    same = np.diagonal(cosines)
    unrelated = cosines[~np.eye(len(cosines), dtype=bool)]
    return CosineScale(low=float(np.median(unrelated)), high=float(np.median(same)))
