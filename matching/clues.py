"""What the words of a gap say of its level, its target groups and the great transitions. Pure."""

from collections.abc import Mapping, Sequence

from matching.phrases import found_phrases
from matching.quadrant import LANGUAGES, Hint

Phrases = Mapping[str, tuple[str, ...]]

# EQF level → how a text speaks of it. VKS counts the same eight levels.
LEVELS: Mapping[str, Phrases] = {
    "2": {
        "nl": ("basisvaardig*", "ongeschoold*", "laaggeletterd*", "leren lezen", "eenvoudig werk"),
        "fr": ("compétences de base", "non qualifié*", "peu qualifié*", "alphabétis*"),
        "en": ("basic skills", "unskilled", "literacy", "numeracy"),
        "de": ("grundkompetenz*", "ungelernt*", "alphabetis*", "hilfsarbeit*"),
    },
    "3": {
        "nl": (
            "beginnend operator*",
            "beginnende operator*",
            "productiemedewerker*",
            "magazijnier*",
            "heftruckchauffeur*",
            "hulp*",
        ),
        "fr": (
            "opérateur débutant",
            "opérateurs débutants",
            "magasinier*",
            "cariste*",
            "ouvrier* de production",
        ),
        "en": (
            "production worker*",
            "warehouse worker*",
            "junior operator*",
            "assistant operator*",
            "forklift driver*",
        ),
        "de": (
            "produktionsmitarbeiter*",
            "lagerarbeiter*",
            "maschinenbediener*",
            "anlernkraft*",
            "staplerfahrer*",
        ),
    },
    "4": {
        "nl": (
            "operator*",
            "lasser*",
            "elektricien*",
            "vakman",
            "vakmensen",
            "technieker*",
            "monteur*",
            "mecanicien*",
        ),
        "fr": ("soudeur*", "électricien*", "technicien*", "opérateur*", "monteur*", "mécanicien*"),
        "en": (
            "operator*",
            "welder*",
            "electrician*",
            "technician*",
            "fitter*",
            "skilled worker*",
            "mechanic",
            "mechanics",
        ),
        "de": (
            "schweißer*",
            "elektriker*",
            "techniker*",
            "facharbeiter*",
            "monteur*",
            "bediener*",
            "mechaniker*",
            "mechatroniker*",
            "instandhalter*",
            "schlosser*",
        ),
    },
    "5": {
        "nl": (
            "ploegbaas",
            "ploegbazen",
            "ploegleider*",
            "teamleider*",
            "werkmeester*",
            "graduaat*",
            "meesterschap",
        ),
        "fr": ("chef* d équipe", "contremaître*", "responsable* d équipe", "brevet supérieur"),
        "en": ("team leader*", "foreman", "foremen", "supervisor*", "shift leader*"),
        "de": ("teamleiter*", "schichtleiter*", "vorarbeiter*", "meister*"),
    },
    "6": {
        "nl": ("bachelor*", "projectleider*", "engineer*", "planner*", "programmeur*", "ontwikkelaar*"),
        "fr": ("bachelier*", "chef* de projet", "développeur*", "programmeur*"),
        "en": ("bachelor*", "project manager*", "developer*", "programmer*", "engineer*"),
        "de": ("bachelor*", "projektleiter*", "entwickler*", "programmierer*"),
    },
    "7": {
        "nl": ("master*", "burgerlijk ingenieur*", "onderzoeker*", "doctor*", "data scientist*"),
        "fr": ("master*", "ingénieur* civil*", "chercheur*", "data scientist*"),
        "en": ("master degree", "masters degree", "researcher*", "data scientist*"),
        "de": ("masterabschluss", "forscher*", "data scientist*"),
    },
}
TRANSITIONS: Mapping[str, Phrases] = {
    "digital": {
        "nl": ("digita*", "software*", "artificiële intelligentie", "data", "cyber*", "cobot*", "robot*", "excel",
               "automatiser*", "erp", "plc*", "cloud*", "computer*", "programmeren", "chatgpt", "ai"),
        "fr": ("numéri*", "digita*", "logiciel*", "intelligence artificielle", "données", "cyber*", "cobot*",
               "robot*", "excel", "automatis*", "erp", "automate*", "informatique*", "programmer", "ia"),
        "en": ("digit*", "software", "artificial intelligence", "data", "cyber*", "cobot*", "robot*", "excel",
               "automat*", "erp", "plc*", "cloud*", "computer*", "programming", "chatgpt", "ai"),
        "de": ("digital*", "software*", "künstliche* intelligenz", "daten*", "cyber*", "cobot*", "robot*",
               "excel", "automatisier*", "erp", "sps*", "programmier*", "ki"),
    },
    "green": {
        "nl": ("warmtepomp*", "energie*", "duurza*", "circulair*", "recycl*", "zonnepane*", "co2*", "klimaat*",
               "isol*", "batterij*", "koelmiddel*", "waterstof*", "afval*", "emissie*", "groene"),
        "fr": ("pompe* à chaleur", "énerg*", "durab*", "circulaire*", "recycl*", "panneaux solaires", "co2*",
               "climat*", "isol*", "batterie*", "hydrogène", "déchet*", "émission*", "écolog*", "réfrigérant*"),
        "en": ("heat pump*", "energy*", "sustainab*", "circular*", "recycl*", "solar*", "co2*", "climate*",
               "insulat*", "batter*", "hydrogen", "waste*", "emission*", "green", "refrigerant*"),
        "de": ("wärmepumpe*", "energie*", "nachhaltig*", "kreislauf*", "recycl*", "solar*", "photovoltaik*", "co2*",
               "klima*", "dämm*", "batterie*", "wasserstoff*", "abfall*", "emission*", "kältemittel*"),
    },
}  # fmt: skip
TARGET_GROUPS: Mapping[str, Phrases] = {
    "school_leavers": {
        "nl": ("schoolverlater*", "pas afgestudeerd*", "net afgestudeerd*", "jongeren", "leerlingen"),
        "fr": ("sortant* de l école", "jeunes diplômés", "jeunes", "diplômé* récemment"),
        "en": ("school leaver*", "recent graduate*", "graduates", "young people"),
        "de": ("schulabgänger*", "berufseinsteiger*", "absolvent*", "jugendliche*"),
    },
    "jobseekers": {
        "nl": ("werkzoekend*", "werkloze*", "werkloos"),
        "fr": ("demandeur* d emploi", "chômeur*", "chercheur* d emploi"),
        "en": ("jobseeker*", "job seeker*", "unemployed"),
        "de": ("arbeitssuchend*", "arbeitslose*"),
    },
    "inactive": {
        "nl": ("niet beroepsactief", "niet beroepsactieven", "herintred*", "huisvrouw*", "huisman*"),
        "fr": ("inactif*", "inactive*", "femme* au foyer", "retour à l emploi"),
        "en": ("inactive", "returner*", "homemaker*"),
        "de": ("nicht erwerbstätig*", "wiedereinsteiger*"),
    },
    "long_term_ill": {
        "nl": ("langdurig ziek*", "re integratie*", "reïntegratie*", "na ziekte", "burn out*"),
        "fr": ("malade* de longue durée", "réintégration*", "burn out*"),
        "en": ("long term sick", "long term ill", "after illness", "burnout*"),
        "de": ("langzeitkrank*", "wiedereingliederung*", "burn out*"),
    },
    "newcomers": {
        "nl": ("nieuwkomer*", "anderstalig*", "vluchteling*", "nt2", "inburger*", "nederlands op de werkvloer"),
        "fr": ("primo arrivant*", "nouveau* arrivant*", "réfugié*", "allophone*", "fle"),
        "en": ("newcomer*", "refugee*", "migrant*", "non native speaker*"),
        "de": ("zuwander*", "geflüchtet*", "neuzugewandert*", "fremdsprachig*"),
    },
    "short_schooled": {
        "nl": ("kortgeschoold*", "laaggeschoold*", "ongeschoold*", "zonder diploma", "laaggeletterd*"),
        "fr": ("peu qualifié*", "non qualifié*", "sans diplôme"),
        "en": ("low skilled", "unskilled", "without a diploma", "early school leaver*"),
        "de": ("gering qualifiziert*", "ungelernt*", "ohne abschluss"),
    },
    "workers": {
        "nl": ("onze operator*", "onze medewerkers", "onze mensen", "medewerker*", "werknemers", "operatoren",
               "arbeiders", "bedienden", "techniekers", "verpleegkundigen", "chauffeurs", "onze lassers",
               "onze * moeten"),
        "fr": ("nos opérateurs", "nos collaborateurs", "collaborateur*", "nos ouvriers", "nos employés", "salarié*",
               "nos techniciens", "travailleurs", "nos soudeurs", "nos * doivent"),
        "en": ("our operators", "our people", "employee*", "our staff", "our workers", "our technicians",
               "our welders", "our * must", "our * have to", "our * need to"),
        "de": ("unsere mitarbeiter*", "mitarbeiter*", "beschäftigte*", "unsere bediener", "unsere techniker",
               "unsere * müssen", "unsere * sollen"),
    },
    "job_changers": {
        "nl": ("omschol*", "andere functie", "andere job", "nieuwe functie", "functie verdwijnt", "jobs verdwijnen",
               "functies verdwijnen", "overstap*", "herplaats*", "heroriënt*", "van werk naar werk"),
        "fr": ("reconver*", "autre fonction", "autre poste", "reclassement*", "postes disparaissent"),
        "en": ("reskill*", "retrain*", "another role", "another job", "redeploy*", "jobs disappear"),
        "de": ("umschul*", "andere* funktion", "andere* stelle", "stellen verschwinden"),
    },
    "self_employed": {
        "nl": ("zelfstandige*", "zaakvoerder*", "bedrijfsleider*", "ondernemers", "freelance*"),
        "fr": ("indépendant*", "gérant*", "dirigeant*", "chef* d entreprise", "freelance*"),
        "en": ("self employed", "business owner*", "entrepreneur*", "freelance*"),
        "de": ("selbständige*", "selbstständige*", "geschäftsführer*", "unternehmer*"),
    },
    "retired": {
        "nl": ("gepensioneerd*", "flexijobber*", "na hun pensioen"),
        "fr": ("retraité*", "pensionné*"),
        "en": ("retiree*", "retired", "pensioner*"),
        "de": ("rentner*", "pensionär*"),
    },
}  # fmt: skip


def level_hint(text: str, language: str = "") -> Hint:
    """The EQF level ("1" to "8") of which the text speaks most; of equals the lower, which excludes fewer."""
    found = _found(text, language, LEVELS)
    best = max(found, key=lambda level: (len(found[level]), -int(level)), default="")
    return Hint(best, found[best]) if best else Hint()


def transition_hint(text: str, language: str = "") -> Hint:
    """`digital`, `green` or `both`; nothing where the text speaks of neither: that is not yet `none`."""
    found = _found(text, language, TRANSITIONS)
    if not found:
        return Hint()
    value = "both" if len(found) > 1 else next(iter(found))
    return Hint(value, tuple(phrase for phrases in found.values() for phrase in phrases))


def target_group_hints(text: str, language: str = "", *, most: int = 3) -> list[Hint]:
    """The target groups that the text names, those with most words first."""
    found = _found(text, language, TARGET_GROUPS)
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Hint(group, phrases) for group, phrases in ranked[:most]]


def _found(text: str, language: str, table: Mapping[str, Phrases]) -> dict[str, tuple[str, ...]]:
    spoken: Sequence[str] = [language] if language in LANGUAGES else LANGUAGES
    found = {
        value: tuple(dict.fromkeys(p for code in spoken for p in found_phrases(text, phrases[code])))
        for value, phrases in table.items()
    }
    return {value: phrases for value, phrases in found.items() if phrases}
