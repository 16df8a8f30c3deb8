"""Reading ESCO from the merged tables and from the official download, flat or a folder per language."""

import csv
from pathlib import Path

import pytest

from matching.esco_files import GroupRecord, OccupationRecord, SkillRecord, open_esco
from skillnet.kernel.tabular import FileProblem, render

REAL = Path(__file__).resolve().parents[3] / "shared/data/esco"
BASE = "http://data.europa.eu/esco/"
WELD, BEND, GROUP = BASE + "skill/weld", BASE + "skill/bend", BASE + "skill/g1"
WELDER = BASE + "occupation/welder"

EXPECTED_WELD = SkillRecord(
    uri=WELD,
    labels={"nl": "lassen", "en": "weld"},
    alt_labels={"nl": ("solderen", "lassen van inox"), "en": ("join metal",)},
    descriptions={"en": "Join metals, with heat."},
    skill_type="skill/competence",
    reuse_level="sector-specific",
    digital=False,
    green=True,
    transversal=False,
    broader=(GROUP,),
)
EXPECTED_BEND = SkillRecord(
    uri=BEND,
    labels={"en": "bend"},
    alt_labels={},
    descriptions={},
    skill_type="knowledge",
    reuse_level="",
    digital=True,
    green=False,
    transversal=True,
    broader=(),
)
EXPECTED_WELDER = OccupationRecord(
    uri=WELDER,
    code="7212.3",
    isco="7212",
    labels={"nl": "lasser/lasster", "en": "welder"},
    alt_labels={},
    descriptions={"en": "Welders join."},
    essential=(WELD,),
    optional=(BEND,),
)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def merged(folder: Path) -> Path:
    write(
        folder / "skills.csv",
        "uri,skillType,reuseLevel,pref_en,alt_en,desc_en,pref_nl,alt_nl,desc_nl,digital,green,transversal\n"
        f'{WELD},skill/competence,sector-specific,weld,join metal | weld,"Join metals, with heat.",'
        "lassen,solderen | lassen van inox | solderen,,0,1,0\n"
        f"{BEND},knowledge,,bend,,,,,,1,0,1\n",
    )
    write(
        folder / "occupations.csv",
        "uri,code,iscoGroup,pref_en,alt_en,desc_en,pref_nl,alt_nl,desc_nl\n"
        f"{WELDER},7212.3,7212,welder,,Welders join.,lasser/lasster,,\n",
    )
    relations = f"{WELDER},{WELD},essential\n{WELDER},{WELD},essential\n{WELDER},{BEND},optional\n"
    write(folder / "occupation_skills.csv", "occupationUri,skillUri,relationType\n" + relations)
    write(folder / "skill_broader.csv", f"conceptUri,broaderUri\n{WELD},{GROUP}\n")
    write(
        folder / "skill_groups.csv", f"uri,code,label_en,label_nl,label_fr\n{GROUP},S1,joining,verbinden,\n"
    )
    return folder


def official(folder: Path, *, nested: bool) -> Path:
    def file(name: str, language: str) -> Path:
        home = folder / f"ESCO dataset - v1.2.0 - classification - {language} - csv" if nested else folder
        return home / f"{name}_{language}.csv"

    head = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,description\n"
    kind = "KnowledgeSkillCompetence"
    write(
        file("skills", "en"),
        head + f'{kind},{WELD},skill/competence,sector-specific,weld,"join metal\nweld",released,'
        f'"Join metals, with heat."\n{kind},{BEND},knowledge,,bend,,released,\n'
        f"{kind},{BASE}skill/old,knowledge,,old,,obsolete,\n",
    )
    write(
        file("skills", "nl"),
        head
        + f'{kind},{WELD},skill/competence,sector-specific,lassen,"solderen\nlassen van inox",released,\n',
    )
    head = "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,status,definition,description,code\n"
    write(
        file("occupations", "en"), head + f"Occupation,{WELDER},7212,welder,,released,,Welders join.,7212.3\n"
    )
    write(file("occupations", "nl"), head + f"Occupation,{WELDER},7212,lasser/lasster,,released,,,7212.3\n")
    write(
        file("occupationSkillRelations", "nl"),
        "occupationUri,relationType,skillType,skillUri\n"
        f"{WELDER},essential,skill/competence,{WELD}\n{WELDER},optional,knowledge,{BEND}\n",
    )
    broader = f"{kind},{WELD},SkillGroup,{GROUP}\n"
    for language in ("en", "nl"):
        write(
            file("broaderRelationsSkillPillar", language),
            "conceptType,conceptUri,broaderType,broaderUri\n" + broader,
        )
    collection = "conceptType,conceptUri,preferredLabel,status,skillType\n"
    write(file("greenSkillsCollection", "en"), collection + f"{kind},{WELD},weld,released,skill\n")
    write(file("digitalSkillsCollection", "en"), collection + f"{kind},{BEND},bend,released,skill\n")
    write(file("transversalSkillsCollection", "en"), collection + f"{kind},{BEND},bend,released,skill\n")
    groups = "conceptType,conceptUri,preferredLabel,altLabels,status,description,code\n"
    write(file("skillGroups", "en"), groups + f"SkillGroup,{GROUP},joining,,released,,S1\n")
    write(file("skillGroups", "nl"), groups + f"SkillGroup,{GROUP},verbinden,,released,,S1\n")
    return folder


def layout(folder: Path, name: str) -> Path:
    return merged(folder) if name == "merged" else official(folder, nested=name == "nested")


@pytest.mark.parametrize("name", ["merged", "flat", "nested"])
def test_every_layout_gives_the_same_records(tmp_path: Path, name: str) -> None:
    files = open_esco(layout(tmp_path, name))
    assert list(files.skills()) == [EXPECTED_WELD, EXPECTED_BEND]
    assert list(files.occupations()) == [EXPECTED_WELDER]
    assert list(files.groups()) == [GroupRecord(GROUP, "S1", {"nl": "verbinden", "en": "joining"})]
    assert files.missing == ()
    assert len(list(files.skills())) == 2  # files can be read again


@pytest.mark.parametrize("name", ["merged", "flat"])
def test_only_the_languages_asked_for_are_read(tmp_path: Path, name: str) -> None:
    (welder,) = open_esco(layout(tmp_path, name), languages=("nl",)).occupations()
    assert welder.labels == {"nl": "lasser/lasster"}
    assert welder.descriptions == {}


def test_a_concept_that_only_another_language_has_is_not_lost(tmp_path: Path) -> None:
    folder = official(tmp_path, nested=False)
    with (folder / "skills_nl.csv").open("a", encoding="utf-8") as file:
        file.write(f"KnowledgeSkillCompetence,{BASE}skill/nl,knowledge,,plooien,,released,\n")
    last = list(open_esco(folder).skills())[-1]
    assert (last.uri, last.labels, last.skill_type) == (BASE + "skill/nl", {"nl": "plooien"}, "knowledge")


@pytest.mark.parametrize("name", ["merged", "flat"])
def test_files_that_are_not_there_are_named_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    folder = layout(tmp_path, name)
    for path in folder.glob("*roader*"):
        path.unlink()
    files = open_esco(folder)
    assert len(files.missing) == 1
    assert "roader" in files.missing[0]
    assert [skill.broader for skill in files.skills()] == [(), ()]


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, language: str) -> None:
    with pytest.raises(FileProblem) as caught:
        open_esco(tmp_path)
    assert caught.value.code == "esco_layout"
    assert tmp_path.name in render(caught.value, language)

    folder = merged(tmp_path / "merged")
    write(folder / "skills.csv", f"uri,pref_en\n{WELD},weld\n")
    with pytest.raises(FileProblem) as caught:
        list(open_esco(folder).skills())
    assert caught.value.code == "esco_columns"
    assert "skillType, digital, green, transversal" in render(caught.value, language)

    write(folder / "skill_groups.csv", f'uri,code\n{GROUP},"S1\n')
    with pytest.raises(FileProblem) as caught:
        list(open_esco(folder).groups())
    assert (caught.value.code, caught.value.params["line"]) == ("esco_row", 2)
    assert "skill_groups.csv" in render(caught.value, language)


@pytest.mark.skipif(not REAL.exists(), reason="the reference data is not beside this checkout")
def test_the_real_tables_are_read_whole() -> None:
    files = open_esco(REAL)
    skills = list(files.skills())
    assert len(skills) == 14_129
    assert sum("nl" in skill.labels for skill in skills) == 6_993
    with (REAL / "skills.csv").open(encoding="utf-8", newline="") as file:
        flags = [(row["digital"], row["green"], row["transversal"]) for row in csv.DictReader(file)]
    assert [(str(+s.digital), str(+s.green), str(+s.transversal)) for s in skills] == flags
    first = next(files.occupations())
    assert (first.code, first.isco, first.labels["nl"]) == ("2654.1.7", "2654", "inspiciënt")
    assert len(first.essential) > 5
    assert any(occupation.optional for occupation in files.occupations())
