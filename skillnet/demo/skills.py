"""A few skills and occupations in our own words, so that the demo shows links without ESCO being read in.

Whoever imports ESCO gets its names instead: the addresses of the skills are those of ESCO, and what is there
already stays as it is.
"""

from pathlib import Path

import yaml

from matching.models import Occupation, Skill

FILE = Path(__file__).parent / "data" / "skills.yaml"
ESCO = "http://data.europa.eu/esco/skill/"
OWN = "https://demo.skillnet.example/beroep/"


def load_skills() -> None:
    """Safe to repeat: what ESCO, or an earlier turn, brought stays."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    Skill.objects.bulk_create(
        [
            Skill(
                uri=ESCO + row["id"],
                labels=row["names"],
                skill_type="skill/competence",
                is_digital=row.get("digital", False),
                is_green=row.get("green", False),
            )
            for row in told["skills"].values()
        ],
        ignore_conflicts=True,
    )
    Occupation.objects.bulk_create(
        [
            Occupation(
                uri=OWN + key,
                labels=row["names"],
                essential=[ESCO + told["skills"][skill]["id"] for skill in row["needs"]],
            )
            for key, row in told["occupations"].items()
        ],
        ignore_conflicts=True,
    )
