"""Who is waited for in a vote, and the list of joint committees that a production site reads in."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from networks.models import JointCommittee, NeedsAnalysis
from networks.services.onboarding import check_committees
from networks.transitions import tally_of
from skillnet.kernel.roles import Role
from tests.factories import make_membership, make_network

pytestmark = pytest.mark.django_db


def test_the_quorum_is_of_the_seats_not_of_the_members() -> None:
    network = make_network(members=5)
    analysis = NeedsAnalysis.objects.create(network=network, version=1)
    assert tally_of(analysis).needed == 3  # no seat yet: somebody must be seated first
    seats = [make_membership(role=Role.STEERING_MEMBER, network=network) for _ in range(2)]
    assert tally_of(analysis).needed == 2
    make_membership(role=Role.STEERING_MEMBER, network=network, organisation=seats[0].organisation)
    assert tally_of(analysis).needed == 2  # one vote for each organisation
    seats[1].ended_at = analysis.created_at
    seats[1].save()
    assert tally_of(analysis).needed == 1


def test_the_official_list_is_read_in_and_codes_are_held_against_it(tmp_path: Path) -> None:
    path = tmp_path / "comites.csv"
    path.write_text(
        "code,nl,fr\n111,Metaalbouw,Constructions métalliques\n200,Bedienden,Employés\n", encoding="utf-8"
    )
    check_committees(["999"])  # without a list nothing can be said
    call_command("import_joint_committees", str(path))
    with pytest.raises(ValidationError, match="999"):
        check_committees(["111", "999"])
    path.write_text("code,nl\n111,Metaal\n", encoding="utf-8")
    call_command("import_joint_committees", str(path))
    assert JointCommittee.objects.get(code="111").name("nl") == "Metaal"
    assert JointCommittee.objects.filter(code="200").exists()


def test_a_list_without_codes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leeg.csv"
    path.write_text("naam\nMetaal\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_joint_committees", str(path))
