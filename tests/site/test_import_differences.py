"""What a file would change is shown before it does, and nothing is deleted or archived unasked."""

from typing import Any

import pytest
from django.urls import reverse

from catalogue.models import Offer
from networks.models import Gap
from skillnet.imports.services import work_import
from skillnet.kernel.models import Decision, ImportDifference, ImportFile
from skillnet.kernel.roles import Role
from tests.factories import make_offer, make_provider
from tests.site.test_imports import _own_files, company, compared, sent, teacher, url, worked

__all__ = ["_own_files", "company", "teacher"]
pytestmark = pytest.mark.django_db
HEAD = "external_id,title,language,price_eur,edition_id,starts_on\n"
FIRST = (
    HEAD
    + "A-1,Inox lassen,nl,450,voorjaar,2027-03-01\nA-2,Meten,nl,100,,\nA-3,Boren,nl,,,\nA-4,Zagen,nl,,,\n"
)
SECOND = (
    HEAD + "A-1,Inox lassen,nl,500,voorjaar,2027-03-08\nA-2,Meten,nl,100,,\nA-5,Frezen,nl,80,,\n"
    "A-6,,nl,80,,\nA-1,Inox lassen,nl,500,najaar,2027-09-01\n"
)


def outcomes(file: ImportFile) -> dict[str, str]:
    rows = ImportDifference.objects.filter(file=file)
    return {f"{row.line or '-'} {row.key}": row.outcome for row in rows}


def test_each_row_says_what_it_would_do_and_nothing_happens_before_it_is_applied(teacher: Any) -> None:
    worked(teacher, sent(teacher, "offers", FIRST))
    before = list(Offer.objects.order_by("pk").values())
    file = compared(teacher, sent(teacher, "offers", SECOND))
    assert (file.state, file.created, file.changed) == ("compared", 0, 0)
    assert list(Offer.objects.order_by("pk").values()) == before
    assert outcomes(file) == {
        "2 A-1": "changed",
        "3 A-2": "unchanged",
        "4 A-5": "new",
        "5 A-6": "refused",
        "6 A-1": "changed",
        "- A-3": "missing",
        "- A-4": "missing",
    }
    page = teacher.get(url(file), follow=True)
    html = page.content.decode()
    assert "price_eur: 450.00 → 500.00" in html
    assert "starts_on (editie): 2027-03-01 → 2027-03-08" in html
    assert "edition_id: leeg → najaar 2027-09-01" in html
    assert "De kolom “title” is leeg" in html
    assert [str(fact.value) for fact in page.context["facts"]] == ["1", "2", "1", "1", "2"]
    worked(teacher, file)
    assert (file.state, file.created, file.changed, file.unchanged) == ("done", 1, 2, 1)
    assert Offer.objects.filter(state="active").count() == 5
    again = compared(teacher, sent(teacher, "offers", SECOND))
    assert (again.plan["new"], again.plan["changed"]) == (0, 0)


def test_rows_are_filtered_and_exported(teacher: Any) -> None:
    worked(teacher, sent(teacher, "offers", FIRST))
    file = compared(teacher, sent(teacher, "offers", SECOND.replace("Frezen", "=1+1")))
    address = url(file, "import_differences")
    only = teacher.get(address, {"outcome": "missing"})
    assert only.context["count"] == 2
    assert teacher.get(address, {"q": "A-5"}).context["count"] == 1
    answer = teacher.get(address, {"outcome": "new", "export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "'=1+1" in lines[1]
    assert teacher.get(address, {"export": "xlsx"}).status_code == 200


def test_what_the_file_lacks_is_archived_by_explicit_choice_only(teacher: Any) -> None:
    worked(teacher, sent(teacher, "offers", FIRST))
    other = make_offer(external_id="A-3")
    kept = worked(teacher, sent(teacher, "offers", SECOND))
    assert kept.archived == 0
    assert not Offer.objects.filter(state="archived").exists()
    chosen = worked(teacher, sent(teacher, "offers", SECOND), archive_missing="yes")
    assert chosen.archived == 2
    archived = set(Offer.objects.filter(state="archived").values_list("external_id", flat=True))
    assert archived == {"A-3", "A-4"}
    other.refresh_from_db()
    assert other.state == "active"
    assert Decision.objects.filter(action="archive").count() == 2


def test_gaps_that_a_file_lacks_are_named_and_left_alone(company: Any) -> None:
    head = "external_id,title,language,learners\n"
    worked(company, sent(company, "gaps", head + "K-1,Lassen,nl,3\nK-2,Meten,nl,4\n"))
    file = compared(company, sent(company, "gaps", head + "K-1,Lassen,nl,5\n"))
    html = company.get(url(file), follow=True).content.decode()
    assert "learners: 3 → 5" in html
    assert 'name="archive_missing"' not in html
    worked(company, file, archive_missing="yes")
    assert (file.archived, file.plan["missing"]) == (0, 1)
    assert Gap.objects.exclude(state="archived").count() == 2


def test_a_row_of_a_network_one_is_no_member_of_is_refused_in_the_comparison_too(company: Any) -> None:
    rows = "external_id,title,language,network\nK-1,Lassen,nl,Onbekend netwerk\nK-2,Meten,nl,\n"
    file = compared(company, sent(company, "gaps", rows))
    assert outcomes(file) == {"2 K-1": "refused", "3 K-2": "new"}
    worked(company, file)
    assert (file.created, len(file.problems)) == (1, 1)


def test_nothing_is_applied_that_was_not_compared_first(teacher: Any) -> None:
    file = sent(teacher, "offers", FIRST)
    teacher.post(url(file, "import_action"), {"action": "start"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "uploaded"
    assert not Offer.objects.exists()
    compared(teacher, file)
    columns = HEAD.strip().split(",")
    chosen = {f"column_{place}": name for place, name in enumerate(columns)}
    teacher.post(url(file, "import_action"), {"action": "map", **chosen, "column_3": "-"})
    file.refresh_from_db()
    assert (file.state, file.plan) == ("uploaded", {})


def test_a_stop_during_the_comparison_changes_nothing_and_can_be_taken_up(teacher: Any) -> None:
    file = sent(teacher, "offers", FIRST)
    teacher.post(url(file, "import_action"), {"action": "compare"})
    teacher.post(url(file, "import_action"), {"action": "cancel"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "cancelled"
    teacher.post(url(file, "import_action"), {"action": "resume"})
    assert worked(teacher, file).created == 4


def test_differences_are_seen_by_the_organisation_alone(client_for: Any, teacher: Any) -> None:
    file = compared(teacher, sent(teacher, "offers", FIRST))
    other = client_for(Role.PROVIDER, organisation=make_provider().organisation)
    assert other.get(url(file, "import_differences")).status_code == 404
    assert teacher.get(url(file, "import_differences")).status_code == 200


def test_a_list_of_differences_costs_a_fixed_number_of_queries(
    teacher: Any, django_assert_max_num_queries: Any
) -> None:
    rows = "".join(f"B-{n},Les {n},nl,,,\n" for n in range(60))
    file = compared(teacher, sent(teacher, "offers", HEAD + rows))
    with django_assert_max_num_queries(12):
        teacher.get(url(file, "import_differences"))


def test_a_microcredential_comes_with_its_offer_and_is_refused_incomplete(teacher: Any) -> None:
    head = (
        "external_id,title,language,credential_title,credential_country,credential_body,credential_outcomes,"
        "credential_hours,credential_assessment,credential_participation,credential_quality\n"
    )
    good = "A-1,Inox,nl,Inox lassen,be,Leerhuis,lassen; keuren,60,Praktijkproef,in de klas,Qfor\n"
    bad = "A-2,Meten,nl,Meten,BE,Leerhuis,meten,60,,in de klas,Qfor\n"
    none = "A-3,Boren,nl,,,,,,,,\n"
    file = compared(teacher, sent(teacher, "offers", head + good + bad + none))
    assert outcomes(file) == {"2 A-1": "new", "3 A-2": "refused", "4 A-3": "new"}
    assert file.problems[0]["column"] == "credential_assessment"
    worked(teacher, file)
    credential = Offer.objects.get(external_id="A-1").microcredential
    assert (credential.outcomes, credential.issuer_country) == (["lassen", "keuren"], "BE")
    assert Offer.objects.get(external_id="A-1").credential == "microcredential"
    assert Offer.objects.get(external_id="A-3").credential == ""
    changed = compared(teacher, sent(teacher, "offers", head + good.replace("Praktijkproef", "Examen")))
    (row,) = changed.differences.filter(outcome="changed")
    assert row.changes == [{"column": "credential_assessment", "old": "Praktijkproef", "new": "Examen"}]
    assert worked(teacher, changed, sure="yes").changed == 1
    credential.refresh_from_db()
    assert credential.assessment == "Examen"
    assert reverse("catalogue:microcredential_detail", args=[credential.public_id])


def test_a_file_with_columns_and_no_rows_says_what_to_do(client_for: Any) -> None:
    client = client_for(Role.PROVIDER)
    page = client.get(url(sent(client, "offers", "external_id,title,language\n"))).content.decode()
    assert "wel kolommen, maar geen rijen" in page
    assert 'value="compare" disabled' in page
