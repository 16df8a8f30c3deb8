"""Worlds that are put back: what each test gets is its own, and whatever a test did itself makes the rest anew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from networks.models import Gap, Network, Organisation
from tests import kept
from tests.factories import make_gap, make_network, make_organisation

pytestmark = pytest.mark.django_db
made: list[str] = []


@pytest.fixture(autouse=True)
def _none_made() -> None:
    made.clear()


@kept.kept
def region(name: str) -> list[Network]:
    made.append(name)
    return [make_network(name=name, members=1)]


@kept.kept_step
def ask(network: Network, title: str) -> Gap:
    made.append(title)
    network.purpose = f"Om {title}."
    network.save()
    return make_gap(network=network, title=title)


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_rows_and_objects_are_the_same_each_time_and_never_shared(time: str) -> None:
    (network,) = region("Hout")
    gap = ask(network, "zagen")
    assert made in ([], ["Hout", "zagen"]), "both or neither: whichever test came first made them"
    assert gap.network is network
    assert network.purpose == Network.objects.get().purpose == "Om zagen."
    assert list(Gap.objects.values_list("pk", "title")) == [(gap.pk, "zagen")]
    assert network.members.count() == 2
    with connection.cursor() as cursor:  # the trigger that keeps history ran once
        cursor.execute("SELECT count(*) FROM networks_networkevent WHERE pgh_obj_id = %s", [network.pk])
        history = cursor.fetchone()[0]
    network.name = time  # of this test alone
    network.save()
    assert history == 2
    assert make_gap(network=network).pk > gap.pk
    with connection.cursor() as cursor:  # and triggers work again
        cursor.execute("SELECT count(*) FROM networks_networkevent WHERE pgh_obj_id = %s", [network.pk])
        assert cursor.fetchone()[0] == 3


def _write(network: Network) -> None:
    make_organisation()


def _change(network: Network) -> None:
    network.name = "Anders"


@pytest.mark.parametrize("own", [_write, _change])
def test_what_a_test_wrote_or_changed_is_not_overlooked(own: Callable[[Network], None]) -> None:
    (network,) = region("Metaal")
    ask(network, "lassen")
    own(network)
    made.clear()
    ask(network, "plooien")
    assert made == ["plooien"]
    name = network.name
    network.refresh_from_db()
    assert network.name == name


def test_a_row_that_the_test_read_itself_is_another_object() -> None:
    region("Zorg")
    made.clear()
    ask(Network.objects.get(), "tillen")
    assert made == ["tillen"]


def _row(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    make_organisation()


def _patch(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("tests.kernel.test_kept_worlds.make_gap", make_gap)


def _setting(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.K_ANONYMITY = 7


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.parametrize("own", [_row, _patch, _setting])
def test_after_own_rows_patches_and_settings_a_world_is_made(
    time: str, own: Callable[..., None], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    own(monkeypatch, settings)
    region("Voeding")
    assert made == ["Voeding"]


def test_what_fails_fails_in_the_open_and_leaves_nothing() -> None:
    (network,) = region("Chemie")
    with pytest.raises(TypeError, match="purpose"):
        _fail(network)
    assert network.purpose == "Half."
    assert Network.objects.count() == 1
    assert Gap.objects.count() == 1, "once: what was tried before was undone"


@kept.kept_step
def _fail(network: Network) -> None:
    network.purpose = "Half."
    make_gap(network=network)
    raise TypeError("purpose")


@kept.kept
def _table() -> list[Network]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_world (name text)")
    return region("Bouw")


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_makes_a_table_is_done_anew(time: str) -> None:
    assert _table()[0].name == "Bouw"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM of_a_world")


@dataclass
class _Town:
    companies: list[Organisation] = field(default_factory=list)

    @kept.kept_step
    def settle(self, name: str) -> None:
        self.companies.append(make_organisation(name=name))


@kept.kept
def _town() -> _Town:
    return _Town([make_organisation(name="Bakkerij")])


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_step_adds_to_a_world_is_there_once(time: str) -> None:
    town = _town()
    bakery = town.companies[0]
    town.settle("Brouwerij")
    town.settle("Slagerij")
    assert [one.name for one in town.companies] == ["Bakkerij", "Brouwerij", "Slagerij"]
    assert town.companies[0] is bakery
    assert Organisation.objects.count() == 3
