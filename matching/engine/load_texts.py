"""Texts of made-up volume: titles and sentences in four languages, as long as those of real registers.

A sentence is a template with slots; each slot is drawn when it is filled. `{subject}` is what the text is
about, `{other}` a subject of the same trade, `{things}` what is worked on, `{tool}` a tool with or without
its type code. The first letter becomes a capital.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import Formatter

from matching.engine.load_words import (
    ACTIONS,
    GROUPS,
    HEADS,
    LANGUAGES,
    SETTINGS,
    THINGS,
    draw,
    draw_tool,
    part_of,
    subject_name,
    thing_name,
    tool_name,
    type_code,
    zipf,
)

OFFER_LENGTHS, GAP_LENGTHS = (150, 1_500), (80, 400)
"""Shortest and longest text in characters, title included."""
TYPING_ERRORS = 0.02
"""Share of the words of a gap that are mistyped."""
LONG_ENOUGH = 5
Piece = tuple[str, str]

OFFER_TITLES = {
    "nl": ("{subject}", "{subject} voor {group}", "{subject} en {other}", "{subject}: {things} {action}",
           "{subject} {setting}", "{subject} met {tool}", "basis {subject}", "{subject}: opfrissing"),
    "fr": ("{subject}", "{subject} pour {group}", "{subject} et {other}", "{subject} : {action} {art_things}",
           "{subject} {setting}", "{subject} avec {tool}", "bases : {subject}", "{subject} : recyclage"),
    "en": ("{subject}", "{subject} for {group}", "{subject} and {other}", "{subject}: {action} {things}",
           "{subject} {setting}", "{subject} with {tool}", "basic {subject}", "{subject}: refresher"),
    "de": ("{subject}", "{subject} für {group}", "{subject} und {other}", "{subject}: {things} {action}",
           "{subject} {setting}", "{subject} mit {tool}", "Grundlagen {subject}", "{subject}: Auffrischung"),
}  # fmt: skip
GAP_TITLES = {
    "nl": ("{subject}", "{things} {action}", "{subject} {setting}", "{group}: {subject}", "{tool} bedienen"),
    "fr": (
        "{subject}",
        "{action} {art_things}",
        "{subject} {setting}",
        "{group} : {subject}",
        "utiliser {tool}",
    ),
    "en": (
        "{subject}",
        "{action} {things}",
        "{subject} {setting}",
        "{group}: {subject}",
        "working with {tool}",
    ),
    "de": (
        "{subject}",
        "{things} {action}",
        "{subject} {setting}",
        "{group}: {subject}",
        "mit {tool} arbeiten",
    ),
}
OFFER_SENTENCES = {
    "nl": (
        "in deze opleiding leer je {things} {action} en {things2} {action2}",
        "je maakt kennis met {subject} en met {other}",
        "na afloop kan je zelfstandig {things} {action} {setting}",
        "we werken met {tool}, dat je op het einde vlot bedient",
        "de opleiding richt zich tot {group} die al met {subject} te maken kregen",
        "de lesgever bespreekt voorbeelden van {things} uit de praktijk",
        "tijdens {number} oefeningen ga je {things} {action}, telkens {setting}",
        "wie slaagt, krijgt het attest {certificate}",
        "je leert waarom {things} falen en hoe je ze kan {action}",
        "deze cursus sluit aan bij {other} en duurt {number} dagdelen",
        "we behandelen de regels voor {subject}, zoals norm {certificate} die vraagt",
        "voorkennis van {other} is nuttig, maar niet nodig",
        "elke deelnemer brengt eigen {things} mee en leert ze {action}",
        "de groep telt ten hoogste {number} {group}",
        "aan bod komen: {things} {action}, {things2} {action2} en werken met {tool}",
        "je oefent op {tool} en op {tool2}, {setting}",
        "een vervolg over {other} is mogelijk op vraag van je onderneming",
        "het examen bestaat uit {number} vragen over {subject} en een proef {setting}",
        "thuis ga je {things} {action} aan de hand van filmpjes",
    ),
    "fr": (
        "cette formation apprend à {action} {art_things} et à {action2} {art_things2}",
        "vous découvrez les notions suivantes : {subject}, {other}",
        "à la fin, vous pourrez {action} {art_things} {setting}",
        "nous travaillons avec {tool}, que vous maîtriserez à la fin",
        "la formation s'adresse à des {group} qui connaissent déjà le domaine : {subject}",
        "le formateur présente des exemples tirés de la pratique : {things}",
        "en {number} exercices, vous allez {action} {art_things}, chaque fois {setting}",
        "en cas de réussite, vous recevez l'attestation {certificate}",
        "vous comprenez pourquoi il faut {action} {art_things} à temps",
        "ce cours complète le module {other} et compte {number} séances",
        "nous voyons les règles de la norme {certificate} pour le thème {subject}",
        "des notions de base ({other}) sont utiles mais pas exigées",
        "chaque participant apporte ses {things} pour les {action}",
        "le groupe compte {number} {group} au plus",
        "au programme : {action} {art_things}, {action2} {art_things2}, travailler avec {tool}",
        "vous vous exercez sur {tool} et sur {tool2}, {setting}",
        "une suite ({other}) est possible à la demande de votre entreprise",
        "l'examen compte {number} questions et une épreuve pratique {setting}",
    ),
    "en": (
        "in this course you learn to {action} {things} and to {action2} {things2}",
        "you are introduced to {subject} and to {other}",
        "afterwards you can {action} {things} {setting} on your own",
        "we work with {tool}, which you will know well by the end",
        "the course is meant for {group} who have met {subject} before",
        "the trainer discusses examples of {things} from practice",
        "in {number} exercises you {action} {things}, each time {setting}",
        "those who pass receive certificate {certificate}",
        "you find out why {things} fail and how to {action} them",
        "this course follows on from {other} and takes {number} half days",
        "we treat the rules of {subject} that standard {certificate} sets",
        "some knowledge of {other} helps, but is not required",
        "everyone brings {things} of their own to {action}",
        "a group has at most {number} {group}",
        "topics: how to {action} {things}, how to {action2} {things2}, and work with {tool}",
        "you practise on {tool} and on {tool2}, {setting}",
        "a sequel on {other} can be arranged for your firm",
        "the exam has {number} questions on {subject} and a test {setting}",
    ),
    "de": (
        "in diesem Kurs lernen Sie {things} {action} und {things2} {action2}",
        "Sie erhalten Einblick in {subject} und {other}",
        "danach können Sie selbstständig {setting} {things} {action}",
        "wir arbeiten mit {tool}, das Sie am Ende gut kennen",
        "der Kurs richtet sich an {group} mit Erfahrung in {subject}",
        "die Lehrkraft bespricht Beispiele für {things} aus der Praxis",
        "in {number} Übungen werden Sie {things} {action}, jeweils {setting}",
        "nach der Prüfung erhalten Sie das Zertifikat {certificate}",
        "Sie verstehen, warum {things} ausfallen und wie man sie {action} kann",
        "der Kurs baut auf {other} auf und dauert {number} halbe Tage",
        "wir behandeln {subject} nach der Norm {certificate}",
        "Kenntnisse in {other} sind hilfreich, aber nicht nötig",
        "die Gruppe zählt höchstens {number} {group}",
        "Themen: {things} {action}, {things2} {action2} und Arbeiten mit {tool}",
        "Sie üben an {tool} und an {tool2}, {setting}",
        "eine Fortsetzung über {other} ist auf Anfrage möglich",
    ),
}
GAP_SENTENCES = {
    "nl": (
        "onze {group} kunnen {things} nog niet {action}",
        "we zoeken iemand die {subject} uitlegt {setting}",
        "vanaf het najaar werken we met {tool}",
        "nu doet één collega alles rond {subject}",
        "we moeten {things} vaker {action} {setting}",
        "graag ook iets over {other}",
        "een klant vraagt het attest {certificate}",
        "{number} mensen zouden {things} moeten {action}",
        "door {things2} verliezen we tijd",
        "wie nieuw is, kent {other} niet",
        "we kochten {tool} en niemand weet ermee te werken",
        "{subject} was een opmerking bij de laatste audit",
        "{things} {action} gaat nu te traag",
        "het liefst kort en {setting}",
        "onze {group} gaan met pensioen en nemen hun kennis van {subject} mee",
    ),
    "fr": (
        "nos {group} ne savent pas encore {action} {art_things}",
        "nous cherchons une formation {setting} : {subject}",
        "dès l'automne, nous travaillerons avec {tool}",
        "une seule personne s'occupe du domaine {subject}",
        "il faut {action} {art_things} plus souvent {setting}",
        "si possible aussi : {other}",
        "un client demande l'attestation {certificate}",
        "{number} personnes devraient {action} {art_things}",
        "nous perdons du temps à cause des {things2}",
        "les nouveaux ne connaissent pas ce thème : {other}",
        "nous avons acheté {tool} et personne ne sait l'utiliser",
        "le dernier audit a fait une remarque : {subject}",
        "{action} {art_things} prend trop de temps",
        "de préférence court et {setting}",
        "nos {group} partent à la retraite avec leur savoir : {subject}",
    ),
    "en": (
        "our {group} cannot {action} {things} yet",
        "we are looking for someone to explain {subject} {setting}",
        "from autumn on we work with {tool}",
        "one colleague now does everything about {subject}",
        "we have to {action} {things} more often {setting}",
        "something about {other} would help too",
        "a customer asks for certificate {certificate}",
        "{number} people should be able to {action} {things}",
        "we lose time over {things2}",
        "newcomers do not know {other}",
        "we bought {tool} and nobody can work with it",
        "the last audit made a remark about {subject}",
        "it takes us too long to {action} {things}",
        "rather short, and {setting}",
        "our {group} retire and take what they know of {subject} with them",
    ),
    "de": (
        "unsere {group} können {things} noch nicht {action}",
        "wir suchen jemanden, der {subject} erklärt, {setting}",
        "ab Herbst arbeiten wir mit {tool}",
        "nur eine Person kennt sich mit {subject} aus",
        "wir müssen {things} öfter {action}",
        "gern auch etwas über {other}",
        "ein Kunde verlangt das Zertifikat {certificate}",
        "{number} Personen sollten {things} {action} können",
        "durch {things2} verlieren wir Zeit",
        "neue Leute kennen {other} nicht",
        "wir haben {tool} gekauft und niemand kann damit umgehen",
        "beim letzten Audit ging es um {subject}",
        "{things} {action} dauert zu lange",
        "am liebsten kurz und {setting}",
        "unsere {group} gehen in Rente und nehmen ihr Wissen über {subject} mit",
    ),
}


class Writer:
    """Writes the text of one gap or offer: what it is about is fixed, the rest is drawn."""

    def __init__(self, rng: random.Random, subject: int, language: str) -> None:
        self.rng, self.subject, self.language = rng, subject, language
        self.part, self.column = part_of(subject), LANGUAGES.index(language)

    def offer(self) -> tuple[str, list[str]]:
        """Return a title and sentences that together are as long as an offer's text."""
        wanted = int(self.rng.lognormvariate(6.3, 0.42))
        return self._written(OFFER_TITLES, OFFER_SENTENCES, wanted, OFFER_LENGTHS)

    def gap(self) -> tuple[str, list[str]]:
        """Return a title and sentences that together are as long as a gap's text."""
        wanted = int(self.rng.lognormvariate(5.2, 0.4))
        return self._written(GAP_TITLES, GAP_SENTENCES, wanted, GAP_LENGTHS)

    def sentence(self) -> str:
        """Return one sentence of an offer."""
        return self.fill(self.rng.choice(OFFER_SENTENCES[self.language]))

    def _written(
        self,
        titles: Mapping[str, tuple[str, ...]],
        sentences: Mapping[str, tuple[str, ...]],
        wanted: int,
        limits: tuple[int, int],
    ) -> tuple[str, list[str]]:
        least, most = limits
        title = self.fill(self.rng.choice(titles[self.language]))
        lines: list[str] = []
        length, deck = len(title), list(sentences[self.language])
        self.rng.shuffle(deck)
        while length < max(wanted, least):
            if not deck:
                deck = list(sentences[self.language])
                self.rng.shuffle(deck)
            line = self.fill(deck.pop())
            if length + len(line) + 3 > most:
                break
            lines.append(line)
            length += len(line) + 2
        return title, lines

    def fill(self, template: str) -> str:
        """Return the template with its slots filled and a capital in front."""
        said = "".join(text + (SLOTS[slot](self) if slot else "") for text, slot in pieces(template))
        return said[0].upper() + said[1:]

    def other(self) -> str:
        """A subject of the same trade, or now and then the subject itself."""
        head = draw(self.rng, zipf(len(HEADS), 0.7))
        subject = self.part * len(HEADS) + (head + self.subject) % len(HEADS)
        return subject_name(subject, self.language)

    def things(self) -> str:
        return thing_name(
            self.part, (draw(self.rng, zipf(len(THINGS), 0.8)) + self.subject) % len(THINGS), self.language
        )

    def french_things(self) -> str:
        """Things with their article: the plural has one for both genders."""
        return f"des {self.things()}"

    def one_of(self, rows: Sequence[tuple[str, str, str, str]]) -> str:
        return self.rng.choice(rows)[self.column]

    def tool(self) -> str:
        number = draw_tool(self.rng, self.part)
        version = draw(self.rng, zipf(6, 1.2))
        name = tool_name(number)
        return name if self.rng.random() < 0.4 else f"{name} {type_code(number, version)}"

    def certificate(self) -> str:
        return f"{chr(65 + self.part % 26)}{self.part + 10}{draw(self.rng, zipf(60, 1.0)):02d}"


SLOTS: dict[str, Callable[[Writer], str]] = {
    "subject": lambda w: subject_name(w.subject, w.language),
    "other": Writer.other,
    "things": Writer.things,
    "things2": Writer.things,
    "art_things": Writer.french_things,
    "art_things2": Writer.french_things,
    "action": lambda w: w.one_of(ACTIONS),
    "action2": lambda w: w.one_of(ACTIONS),
    "setting": lambda w: w.one_of(SETTINGS),
    "group": lambda w: w.one_of(GROUPS),
    "tool": Writer.tool,
    "tool2": Writer.tool,
    "certificate": Writer.certificate,
    "number": lambda w: str(w.rng.randint(2, 30)),
}


@cache
def pieces(template: str) -> tuple[Piece, ...]:
    """Return a template as pairs of text and the slot behind it, "" after the last."""
    return tuple((text, slot or "") for text, slot, _, _ in Formatter().parse(template))


def whole(lines: Sequence[str]) -> str:
    """Return sentences as one text."""
    return ". ".join(lines) + "." if lines else ""


def mistyped(rng: random.Random, text: str) -> str:
    """Return the text as someone in a hurry types it: two letters swapped, one left out or one twice."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) >= LONG_ENOUGH and rng.random() < TYPING_ERRORS:
            words[place] = _slip(rng, word)
    return " ".join(words)


def _slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind == 1 else word[:at] + word[at] + word[at:]
