"""Short or deep, upskilling or reskilling: what the words of a gap say of it, if they say it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.phrases import found_phrases

# Per value the phrases of each language; `*` stands for any ending.
DEPTH: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "short": {
        "nl": (
            "opfris*",
            "kort*",
            "beknopt*",
            "basiskennis",
            "inleiding",
            "initiatie",
            "kennismak*",
            "workshop*",
            "infosessie*",
            "toolbox*",
            "halve dag",
            "één dag",
            "twee dagen",
            "enkele uren",
        ),
        "fr": (
            "recyclage",
            "rappel*",
            "courte*",
            "bref*",
            "initiation",
            "notions",
            "sensibilis*",
            "atelier*",
            "demi journée",
            "une journée",
            "deux jours",
            "quelques heures",
        ),
        "en": (
            "refresh*",
            "short",
            "brief*",
            "basics",
            "introduction",
            "awareness",
            "workshop*",
            "half a day",
            "one day",
            "two days",
            "few hours",
        ),
        "de": (
            "auffrisch*",
            "kurz*",
            "grundlagen",
            "einführung*",
            "einweisung*",
            "unterweisung*",
            "workshop*",
            "halber tag",
            "ein tag",
            "einen tag",
            "zwei tage",
            "wenige stunden",
        ),
    },
    "deep": {
        "nl": (
            "diepgaand*",
            "grondig*",
            "traject*",
            "gevorderd*",
            "expert*",
            "specialis*",
            "diploma*",
            "volledig zelfstandig",
            "helemaal zelfstandig",
            "van nul",
            "meerdere maanden",
            "beroepskwalificatie*",
        ),
        "fr": (
            "approfondi*",
            "parcours",
            "avancé*",
            "expert*",
            "spécialis*",
            "diplôm*",
            "complètement autonome*",
            "de zéro",
            "plusieurs mois",
            "certification professionnelle",
        ),
        "en": (
            "in depth",
            "thorough*",
            "advanced",
            "expert*",
            "specialis*",
            "specializ*",
            "diploma*",
            "degree*",
            "from scratch",
            "several months",
            "fully independent*",
        ),
        "de": (
            "vertief*",
            "gründlich*",
            "fortgeschritten*",
            "expert*",
            "spezialis*",
            "diplom*",
            "lehrgang*",
            "von null",
            "mehrere monate",
            "völlig selbstständig",
        ),
    },
}
DIRECTION: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "upskilling": {
        "nl": (
            "bijschol*",
            "bijblijv*",
            "bijspijker*",
            "huidige functie",
            "huidige job",
            "nieuwe versie",
            "nieuwe machine*",
            "nieuwe norm*",
            "up to date",
            "beter leren",
            "verder bekwamen",
        ),
        "fr": (
            "perfectionn*",
            "se tenir à jour",
            "fonction actuelle",
            "poste actuel",
            "nouvelle version",
            "nouvelle machine",
            "nouvelles machines",
            "nouvelle norme",
            "mise à niveau",
            "mettre à jour",
        ),
        "en": (
            "upskill*",
            "up to date",
            "current role",
            "current job",
            "new version",
            "new machine*",
            "new standard*",
            "keep up",
        ),
        "de": (
            "fortbild*",
            "auf dem laufenden",
            "derzeitige* funktion",
            "aktuelle* stelle",
            "neue version",
            "neue* maschine*",
            "neue* norm*",
        ),
    },
    "reskilling": {
        "nl": (
            "omschol*",
            "heroriënt*",
            "andere functie",
            "andere job",
            "nieuwe functie",
            "nieuwe job",
            "doorgroeien naar",
            "doorgroeien tot",
            "overstap*",
            "opleiden tot",
            "functie verdwijnt",
            "functies verdwijnen",
            "jobs verdwijnen",
        ),
        "fr": (
            "reconver*",
            "réorient*",
            "autre fonction",
            "autre poste",
            "nouvelle fonction",
            "nouveau poste",
            "évoluer vers",
            "devenir",
            "postes disparaissent",
            "poste disparaît",
        ),
        "en": (
            "reskill*",
            "retrain*",
            "another role",
            "another job",
            "different role",
            "new role",
            "new job",
            "move into",
            "grow into",
            "jobs disappear",
            "career change",
        ),
        "de": (
            "umschul*",
            "umorient*",
            "andere* funktion",
            "andere* stelle",
            "neue* funktion",
            "neue* stelle",
            "umsteig*",
            "quereinst*",
            "stellen verschwinden",
            "stelle fällt weg",
        ),
    },
}
LANGUAGES = ("nl", "fr", "en", "de")


@dataclass(frozen=True, slots=True)
class Hint:
    """A value and the phrases that say so; an empty value means that the text does not say."""

    value: str = ""
    phrases: tuple[str, ...] = ()


def depth_hint(text: str, language: str = "") -> Hint:
    """`short` or `deep`, or nothing when the words say neither or both alike."""
    return _hint(text, language, DEPTH)


def direction_hint(text: str, language: str = "") -> Hint:
    """`upskilling` or `reskilling`, or nothing."""
    return _hint(text, language, DIRECTION)


def _hint(text: str, language: str, table: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Hint:
    spoken = [language] if language in LANGUAGES else LANGUAGES
    found = {
        value: tuple(dict.fromkeys(p for code in spoken for p in found_phrases(text, phrases[code])))
        for value, phrases in table.items()
    }
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    (value, phrases), (_other, against) = ranked
    return Hint(value, phrases) if len(phrases) > len(against) else Hint()
