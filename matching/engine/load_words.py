"""The vocabulary of made-up volume: some 7 000 subjects of a first part and a head, things, actions, tools.

A subject is a number: `first part * heads + head`. In Dutch and German it is one word ("lascontrole"), in
French and English a group of words, as it is in real catalogues; that gives the word index as many rare words
as it meets there. How often a subject, a tool or a type code is drawn falls with its rank, as Zipf's law
says. Nothing is copied from a catalogue; names of tools are syllables put together.
"""

import random
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

LANGUAGES = ("nl", "fr", "en", "de")
Row = tuple[str, str, str, str]


def _rows(text: str) -> tuple[Row, ...]:
    """Read lines of four words apart by bars; several entries of a line are apart by semicolons."""
    entries = [entry.strip() for line in text.strip().splitlines() for entry in line.split(";")]
    found = []
    for entry in filter(None, entries):
        dutch, french, english, german = entry.split("|")
        found.append((dutch, french, english, german))
    return tuple(found)


def _syllables(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PARTS = _rows("""
las|soudage|welding|Schweiß; slijp|meulage|grinding|Schleif; frees|fraisage|milling|Fräs
draai|tournage|turning|Dreh; plaat|tôle|sheet metal|Blech; staal|acier|steel|Stahl
aluminium|aluminium|aluminium|Aluminium; giet|fonderie|casting|Guss; smeed|forge|forging|Schmiede
verf|peinture|paint|Lack; poedercoat|poudrage|powder coating|Pulverlack
galvaniseer|zingage|galvanising|Zink; pijp|tuyauterie|piping|Rohr; klep|vannes|valve|Ventil
pomp|pompes|pump|Pumpen; tandwiel|engrenages|gear|Zahnrad; lager|roulements|bearing|Wälzlager
veer|ressorts|spring|Federn; hijs|levage|lifting|Hebe; kraan|grues|crane|Kran
hydrauliek|hydraulique|hydraulics|Hydraulik; perslucht|air comprimé|compressed air|Druckluft
robot|robots|robot|Roboter; plc-|automates|plc|SPS-; sensor|capteurs|sensor|Sensor
motor|moteurs|motor|Motoren; transport|transport|transport|Transport; spoor|rail|railway|Bahn
scheeps|navires|ship|Schiffs; vliegtuig|avions|aircraft|Flugzeug; fiets|vélos|bicycle|Fahrrad
vrachtwagen|camions|truck|Lkw-; heftruck|chariots élévateurs|forklift|Stapler
magazijn|entrepôt|warehouse|Lager; douane|douane|customs|Zoll; verpakkings|emballage|packaging|Verpackungs
palet|palettes|pallet|Paletten; etiket|étiquettes|label|Etiketten; koel|froid|refrigeration|Kälte
ventilatie|ventilation|ventilation|Lüftungs; verwarmings|chauffage|heating|Heizungs
warmtepomp|pompes à chaleur|heat pump|Wärmepumpen; zonne|solaire|solar|Solar; wind|éolien|wind|Wind
batterij|batteries|battery|Batterie; laadpaal|bornes de recharge|charging point|Ladesäulen
waterstof|hydrogène|hydrogen|Wasserstoff; hoogspannings|haute tension|high voltage|Hochspannungs
kabel|câbles|cable|Kabel; verlichtings|éclairage|lighting|Beleuchtungs; netwerk|réseau|network|Netzwerk
isolatie|isolation|insulation|Dämm; dak|toitures|roof|Dach; gevel|façades|facade|Fassaden
beton|béton|concrete|Beton; metsel|maçonnerie|masonry|Mauer; tegel|carrelage|tile|Fliesen
stukadoors|plâtre|plaster|Putz; vloer|sols|floor|Boden; hout|bois|wood|Holz
meubel|meubles|furniture|Möbel; glas|verre|glass|Glas; steiger|échafaudages|scaffolding|Gerüst
riool|égouts|sewer|Kanal; wegen|voirie|road|Straßen; brug|ponts|bridge|Brücken
tunnel|tunnels|tunnel|Tunnel; baggerwerk|dragage|dredging|Bagger; grond|terrassement|earthworks|Erdbau
asbest|amiante|asbestos|Asbest; kunststof|plastiques|plastics|Kunststoff
spuitgiet|injection|injection moulding|Spritzguss; rubber|caoutchouc|rubber|Gummi
composiet|composites|composite|Verbund; lijm|collage|adhesive|Kleb; textiel|textile|textile|Textil
weef|tissage|weaving|Webe; naai|couture|sewing|Näh; leder|cuir|leather|Leder; papier|papier|paper|Papier
druk|impression|printing|Druck; brood|boulangerie|bakery|Back; zuivel|produits laitiers|dairy|Molkerei
vlees|viande|meat|Fleisch; vis|poisson|fish|Fisch; groente|légumes|vegetable|Gemüse
fruit|fruits|fruit|Obst; chocolade|chocolat|chocolate|Schokoladen; brouw|brassage|brewing|Brau
voeder|fourrage|feed|Futter; keuken|cuisine|kitchen|Küchen; hotel|hôtel|hotel|Hotel
zaal|salle|dining room|Service; wijn|vins|wine|Wein; tuin|jardins|garden|Garten; bos|forêts|forest|Forst
melkvee|vaches laitières|dairy cattle|Milchvieh; serre|serres|greenhouse|Gewächshaus
gewas|cultures|crop|Pflanzen; bodem|terres|soil|Acker; afval|déchets|waste|Abfall
recyclage|recyclage|recycling|Recycling; afvalwater|eaux usées|waste water|Abwasser
drinkwater|eau potable|drinking water|Trinkwasser; lucht|air|air|Luft; geluids|bruit|noise|Lärm
brand|incendie|fire|Brand; explosie|explosion|explosion|Explosions
stralings|rayonnement|radiation|Strahlen; gevaargoed|marchandises dangereuses|dangerous goods|Gefahrgut
chemie|chimie|chemical|Chemie; procesgas|gaz industriels|process gas|Prozessgas
distillatie|distillation|distillation|Destillations; farma|pharmacie|pharmaceutical|Pharma
steriel|stérile|sterile|Steril; labo|laboratoire|laboratory|Labor; bloed|sang|blood|Blut
wond|plaies|wound|Wund; dementie|démence|dementia|Demenz; kinder|enfants|child|Kinder
thuiszorg|soins à domicile|home care|Pflege; tand|dentaire|dental|Zahn
revalidatie|rééducation|rehabilitation|Reha; apotheek|officine|pharmacy|Apotheken
loon|salaires|payroll|Lohn; btw-|tva|vat|Mehrwertsteuer; factuur|factures|invoice|Rechnungs
krediet|crédit|credit|Kredit; aankoop|achats|purchasing|Einkaufs; verkoop|ventes|sales|Verkaufs
klanten|clients|customer|Kunden; winkel|magasins|shop|Laden; web|web|web|Web; data|données|data|Daten
cloud|nuage|cloud|Cloud; software|logiciels|software|Software; server|serveurs|server|Server
wachtwoord|mots de passe|password|Passwort; chip|puces|chip|Chip; laser|laser|laser|Laser
drone|drones|drone|Drohnen; bouwplaats|chantier|building site|Baustellen
opvang|accueil|childcare|Betreuungs; schoonmaak|nettoyage|cleaning|Reinigungs
bewakings|gardiennage|guarding|Wach; archief|archives|archive|Archiv
""")
"""First parts: trade, material or process, as a Dutch stem, a French and an English noun, a German stem."""

HEADS = _rows("""
controle|contrôle|control|kontrolle; onderhoud|maintenance|maintenance|wartung
ontwerp|conception|design|entwurf; veiligheid|sécurité|safety|sicherheit
planning|planification|planning|planung; beheer|gestion|management|verwaltung
techniek|technique|technology|technik; kwaliteit|qualité|quality|qualität
analyse|analyse|analysis|analyse; inspectie|inspection|inspection|inspektion
montage|montage|assembly|montage; herstelling|réparation|repair|reparatur
diagnose|diagnostic|diagnosis|diagnose; automatisering|automatisation|automation|automatisierung
bediening|conduite|operation|bedienung; afstelling|réglage|adjustment|einstellung
opslag|stockage|storage|lagerung; besparing|économie|saving|einsparung
certificering|certification|certification|zertifizierung; wetgeving|législation|legislation|recht
advies|conseil|advice|beratung; verkoop|vente|sales|vertrieb; logistiek|logistique|logistics|logistik
hygiëne|hygiène|hygiene|hygiene; normen|normes|standards|normen; metingen|mesures|measurement|messung
simulatie|simulation|simulation|simulation; keuring|contrôle technique|testing|prüfung
innovatie|innovation|innovation|innovation; calculatie|calcul de prix|estimating|kalkulation
registratie|enregistrement|recording|erfassung; programmering|programmation|programming|programmierung
productie|production|production|fertigung; recyclage|valorisation|recovery|verwertung
sturing|pilotage|steering|steuerung; modellering|modélisation|modelling|modellierung
beveiliging|protection|security|schutz; coaching|accompagnement|coaching|coaching
communicatie|communication|communication|kommunikation; administratie|administration|administration|büro
begroting|budget|budgeting|budget; ergonomie|ergonomie|ergonomics|ergonomie
renovatie|rénovation|renovation|sanierung; installatie|installation|installation|installation
toezicht|surveillance|supervision|aufsicht; milieuzorg|environnement|environmental care|umweltschutz
tekenen|dessin|drawing|zeichnen; audit|audit|audit|audit
digitalisering|numérisation|digitisation|digitalisierung
visualisatie|visualisation|visualisation|visualisierung; preventie|prévention|prevention|prävention
optimalisatie|optimisation|optimisation|optimierung
documentatie|documentation|documentation|dokumentation
traceerbaarheid|traçabilité|traceability|rückverfolgung; leiding|direction|leadership|leitung
begeleiding|encadrement|guidance|begleitung; inkoop|approvisionnement|sourcing|beschaffung
verwerking|traitement|processing|verarbeitung; reiniging|décapage|cleaning|säuberung
ontmanteling|démantèlement|dismantling|rückbau
""")
"""Heads: what is done with it."""

THINGS = _rows("""
machines|machines|machines|maschinen; installaties|installations|installations|anlagen
lijnen|lignes|lines|linien; onderdelen|pièces|parts|teile; systemen|systèmes|systems|systeme
toestellen|appareils|devices|geräte; dossiers|dossiers|files|akten
materialen|matériaux|materials|materialien; schema's|schémas|diagrams|pläne
werkstukken|ouvrages|workpieces|werkstücke; eenheden|unités|units|einheiten
processen|procédés|processes|prozesse; producten|produits|products|produkte
werven|chantiers|sites|baustellen; gegevens|données|records|daten; storingen|pannes|faults|störungen
risico's|risques|risks|risiken; kosten|coûts|costs|kosten; leveringen|livraisons|deliveries|lieferungen
fiches|fiches|sheets|blätter; proeven|essais|tests|versuche; ploegen|équipes|teams|teams
kasten|armoires|cabinets|schränke; modules|modules|modules|module; rapporten|rapports|reports|berichte
stalen|échantillons|samples|proben; kranen|robinets|taps|hähne; verbindingen|raccords|joints|verbindungen
afwijkingen|écarts|deviations|abweichungen; contracten|contrats|contracts|verträge
""")
"""Things, in the plural, that a first part is put before."""

ACTIONS = _rows("""
instellen|régler|set up|einstellen; herstellen|réparer|repair|reparieren
controleren|contrôler|check|kontrollieren; plannen|planifier|plan|planen
bedienen|conduire|operate|bedienen; ontwerpen|concevoir|design|entwerfen
verbeteren|améliorer|improve|verbessern; documenteren|documenter|document|dokumentieren
aansluiten|raccorder|connect|anschließen; opvolgen|suivre|monitor|verfolgen
beoordelen|évaluer|assess|beurteilen; vergelijken|comparer|compare|vergleichen
vervangen|remplacer|replace|ersetzen; reinigen|nettoyer|clean|reinigen; meten|mesurer|measure|messen
berekenen|calculer|calculate|berechnen; uittekenen|dessiner|draw|zeichnen
opstarten|mettre en route|start up|anfahren; stilleggen|arrêter|shut down|stilllegen
uitleggen|expliquer|explain|erklären; registreren|enregistrer|record|erfassen
bestellen|commander|order|bestellen; keuren|vérifier|certify|prüfen; afwerken|finir|finish|fertigstellen
demonteren|démonter|dismantle|zerlegen; beveiligen|sécuriser|secure|sichern
ijken|étalonner|calibrate|eichen; aansturen|piloter|steer|ansteuern; lezen|lire|read|lesen
onderhouden|entretenir|maintain|warten
""")

SETTINGS = _rows("""
op de werkvloer|à l'atelier|on the shop floor|in der Werkstatt
op de werf|sur chantier|on site|auf der Baustelle; in het labo|en laboratoire|in the laboratory|im Labor
bij de klant|chez le client|at the customer's|beim Kunden
in ploegen|en équipes|in shifts|im Schichtbetrieb
in kleine ondernemingen|dans les petites entreprises|in small firms|in kleinen Betrieben
onder tijdsdruk|dans l'urgence|under time pressure|unter Zeitdruck
volgens plan|selon le plan|to plan|nach Plan
in een leefgroep|dans un groupe de vie|in a living group|in einer Wohngruppe
op hoogte|en hauteur|at height|in der Höhe; zonder stilstand|sans arrêt|without downtime|ohne Stillstand
in nauwe ruimten|en espace confiné|in confined spaces|in engen Räumen
met een tablet|avec une tablette|with a tablet|mit einem Tablet
op afstand|à distance|remotely|aus der Ferne
in een schone ruimte|en salle propre|in a clean room|im Reinraum
in het Engels|en anglais|in English|auf Englisch
bij lage temperatuur|à basse température|at low temperature|bei tiefer Temperatur
buiten|en plein air|outdoors|im Freien; in seizoenspieken|en haute saison|in seasonal peaks|in der Saison
na een audit|après un audit|after an audit|nach einem Audit
""")

GROUPS = _rows("""
starters|débutants|beginners|Einsteiger; ploegbazen|chefs d'équipe|team leaders|Teamleiter
technici|techniciens|technicians|Techniker; operatoren|opérateurs|operators|Bediener
bedienden|employés|clerks|Angestellte; zaakvoerders|gérants|owners|Inhaber
werkzoekenden|demandeurs d'emploi|jobseekers|Arbeitsuchende
zorgkundigen|aides-soignants|care assistants|Pflegekräfte; ingenieurs|ingénieurs|engineers|Ingenieure
chauffeurs|chauffeurs|drivers|Fahrer; herintreders|personnes en reprise|returners|Wiedereinsteiger
magazijniers|magasiniers|warehouse staff|Lageristen; verkopers|vendeurs|sales staff|Verkäufer
preventieadviseurs|conseillers en prévention|safety advisers|Sicherheitsfachkräfte
kaderleden|cadres|managers|Führungskräfte; arbeiders|ouvriers|workers|Arbeiter
planners|planificateurs|planners|Planer; koks|cuisiniers|cooks|Köche
werfleiders|conducteurs de travaux|site managers|Bauleiter
laboranten|laborantins|laboratory staff|Laboranten
""")

SUBJECTS = len(PARTS) * len(HEADS)
TOOLS = 5_000
OWN_TOOLS = 40
"""Tools that people of one trade mostly speak of."""
CLASHES = frozenset(_syllables("aa ae ai au ee ei eu ie ii oe oi oo ou ui uu"))
"""Vowels that would be read as one sound: Dutch puts a hyphen between them."""
FIRST = _syllables(
    "ba bel bo cal cor da del du fa fen ga gal ha ka kel lo lu ma mer na nor pa per ra ri sa sel ta tor va vel zo"
)
MIDDLE = _syllables("ca da di fi go ka lan li ma mi mo na no pe ra ri ro sa ta ti tra va vi xa")
LAST = _syllables(
    "bex cor dan dex don fix gard ion kon lux max mat nex nor pro ra ric rix sol tec ton tra trix vex"
)


def head_of(subject: int) -> int:
    return subject % len(HEADS)


def part_of(subject: int) -> int:
    return subject // len(HEADS)


@cache
def subject_name(subject: int, language: str) -> str:
    """Return what a subject is called, without a capital except in German."""
    return joined(PARTS[part_of(subject)], HEADS[head_of(subject)], language)


@cache
def thing_name(part: int, thing: int, language: str) -> str:
    """Return things of a first part, in the plural."""
    return joined(PARTS[part], THINGS[thing], language)


def joined(part: Row, head: Row, language: str) -> str:
    """Return a first part and a head as the language puts them together."""
    column = LANGUAGES.index(language)
    first, last = part[column], head[column]
    if language == "fr":
        return f"{last} {of_french(first)}"
    if language == "en":
        return f"{first} {last}"
    clash = language == "nl" and first[-1] + last[0] in CLASHES
    return f"{first}-{last}" if clash else first + last


def of_french(noun: str) -> str:
    """Return "de" and a noun, with the elision before a vowel or an h."""
    return f"d'{noun}" if noun[0] in "aeiouéèêhâî" else f"de {noun}"


@cache
def tool_name(number: int) -> str:
    """Return the made-up name of a tool: the same for the same number, and mostly its own."""
    rest, first = divmod(number, len(FIRST))
    rest, last = divmod(rest, len(LAST))
    middle = MIDDLE[(rest + number) % len(MIDDLE)] if rest else ""
    return (FIRST[first] + middle + LAST[last]).capitalize()


def type_code(tool: int, version: int) -> str:
    """Return the type code of a version of a tool, such as "KX-340"."""
    mixed = (tool * 7919 + version * 104_729) % 60_840
    letters, digits = divmod(mixed, 90)
    return f"{chr(65 + letters // 26)}{chr(65 + letters % 26)}-{(digits + 10) * 10}"


@cache
def zipf(count: int, exponent: float) -> tuple[float, ...]:
    """Return the cumulative share of ranks 0 to count - 1, of which each weighs 1 / (rank + 1) ** exponent."""
    weights = list(accumulate((rank + 1) ** -exponent for rank in range(count)))
    return tuple(weight / weights[-1] for weight in weights)


def draw(rng: random.Random, shares: Sequence[float]) -> int:
    """Return a rank, drawn by these cumulative shares."""
    return min(bisect_left(shares, rng.random()), len(shares) - 1)


@cache
def by_popularity() -> tuple[int, ...]:
    """Return all subjects, the most wanted first; neighbours in number are far apart in rank."""
    order = list(range(SUBJECTS))
    random.Random("subjects").shuffle(order)  # noqa: S311 - a fixed order, no secret
    return tuple(order)


def draw_subject(rng: random.Random) -> int:
    """Return a subject, by popularity."""
    return by_popularity()[draw(rng, zipf(SUBJECTS, 0.85))]


def draw_subject_of(rng: random.Random, parts: Sequence[int]) -> int:
    """Return a subject of one of these first parts, the first of them most often."""
    part = parts[draw(rng, zipf(len(parts), 0.8))]
    rank = draw(rng, zipf(len(HEADS), 1.0))
    return part * len(HEADS) + (rank * 7 + part * 11) % len(HEADS)


def draw_tool(rng: random.Random, part: int) -> int:
    """Return the number of a tool: mostly one of the trade's own."""
    if rng.random() < 0.6:
        return (part * OWN_TOOLS + draw(rng, zipf(OWN_TOOLS, 1.0))) % TOOLS
    return draw(rng, zipf(TOOLS, 0.9))
