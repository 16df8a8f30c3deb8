"""What holds at every address: keys, scopes, limits, and one shape of error."""

import re
from base64 import b64encode
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern
from django.utils import timezone
from rest_framework.test import APIClient

from skillnet.api.authentication import SCOPES
from skillnet.api.throttling import TokenThrottle
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, make_key

pytestmark = pytest.mark.django_db
ID = "0198c0de-0000-7000-8000-000000000000"
LISTS = {
    "annual-plans": "networks",
    "applications": "networks",
    "audit-samples": "claims",
    "audits": "claims",
    "bids": "demand",
    "budget-lines": "programmes",
    "call-budgets": "programmes",
    "calls": "networks",
    "capacity": "capacity",
    "capacity-requests": "capacity",
    "claims": "claims",
    "demand": "demand",
    "demand-cards": "demand",
    "editions": "offers",
    "enrolments": "enrolments",
    "establishments": "organisations",
    "evidence": "enrolments",
    "gap-priorities": "gaps",
    "gaps": "gaps",
    "imports": "imports",
    "invitations": "people",
    "invoice-lines": "invoices",
    "issued-credentials": "offers",
    "matches": "matches",
    "memberships": "people",
    "microcredentials": "offers",
    "network-members": "networks",
    "needs-analyses": "networks",
    "network-budgets": "programmes",
    "networks": "networks",
    "offer-search": "offers",
    "offers": "offers",
    "organisations": "organisations",
    "other-funding": "programmes",
    "ownership-links": "organisations",
    "participations": "programmes",
    "de-minimis": "programmes",
    "pools": "pools",
    "programmes": "programmes",
    "providers": "offers",
    "publications": "programmes",
    "quality-labels": "offers",
    "recoveries": "claims",
    "revaluations": "offers",
    "reviews": "networks",
    "runs": "matches",
    "shortage-occupations": "gaps",
    "supplements": "programmes",
    "waiting-entries": "offers",
}
"""Each list, with the scope of which `:read` opens the list and one row of it."""
READS = {f"{name}/{row}": f"{scope}:read" for name, scope in LISTS.items() for row in ("", f"{ID}/")}
READS |= {
    "gap-priorities/matrix/": "gaps:read",
    "gaps/G-1/similar/": "gaps:read",
    f"imports/{ID}/differences/": "imports:read",
    f"issued-credentials/{ID}/document/": "offers:read",
    f"needs-analyses/{ID}/differences/": "networks:read",
    "offers/A-1/completeness/": "offers:read",
    "instruments/": "programmes:read",
    "outcomes/": "programmes:read",
    "sme-status/": "programmes:read",
    f"calls/{ID}/ranking/": "networks:read",
    f"pools/{ID}/bid-comparison/": "demand:read",
    f"programmes/{ID}/advice/": "programmes:read",
    f"programmes/{ID}/cost-lines/": "programmes:read",
    f"programmes/{ID}/dossier/": "programmes:read",
    f"programmes/{ID}/editions/{ID}/instead/": "programmes:read",
    f"programmes/{ID}/evaluation/": "programmes:read",
    f"programmes/{ID}/jobseekers/": "enrolments:read",
    f"programmes/{ID}/prices/": "programmes:read",
    f"programmes/{ID}/votes/": "programmes:read",
}
WRITES_OF = {
    "capacity:write": """
        capacity-requests/{id}/cancel/ post
        capacity-requests/{id}/confirm/ post
        capacity-requests/{id}/refuse/ post
        capacity/ post
        capacity/{id}/ put
        capacity/{id}/requests/ post
        capacity/{id}/steps/ post
    """,
    "claims:write": """
        audit-samples/ post
        audits/{id}/findings/ put
        audits/{id}/steps/ post
        claims/{id}/ put
        claims/{id}/steps/ post
        claims/{id}/submit/ post
        recoveries/{id}/repaid/ post
    """,
    "demand:write": """
        bids/ post
        bids/{id}/ put
        bids/{id}/choose/ post
        bids/{id}/decline/ post
        bids/{id}/submit/ post
        bids/{id}/withdraw/ post
        demand-cards/{id}/close/ post
        demand-cards/{id}/renew/ post
        demand/{id}/interest/ delete put
    """,
    "enrolments:write": """
        enrolments/ post
        enrolments/{id}/attendance/ put
        evidence/ post
        programmes/{id}/jobseekers/ put
    """,
    "gaps:read": """
        gap-suggestions/ post
    """,
    "gaps:write": """
        gap-batches/ post
        gap-copies/ post
        gaps/G-1/ delete put
        gaps/G-1/steps/ post
        gaps/G-1/transfer/steps/ post
        shortage-occupations/imports/ post
        shortage-occupations/{id}/link/ put
    """,
    "imports:write": """
        imports/ post
        imports/{id}/steps/ post
    """,
    "invoices:write": """
        invoice-lines/{id}/invoiced/ post
        invoice-lines/{id}/paid/ post
    """,
    "matches:write": """
        runs/ post
    """,
    "networks:write": """
        annual-plans/ post
        annual-plans/{id}/ patch
        annual-plans/{id}/steps/ post
        applications/ post
        applications/{id}/ patch
        applications/{id}/ask-info/ post
        applications/{id}/checklist/ put
        applications/{id}/decision/ post
        applications/{id}/reviewers/ post
        applications/{id}/reviewers/withdraw/ post
        applications/{id}/steps/ post
        applications/{id}/submit/ post
        calls/ post
        calls/{id}/ patch
        calls/{id}/steps/ post
        needs-analyses/ post
        needs-analyses/{id}/steps/ post
        network-members/ post
        network-members/{id}/steps/ post
        networks/ post
        networks/{id}/ patch
        networks/{id}/invitations/ post
        networks/{id}/steps/ post
    """,
    "offers:write": """
        editions/{id}/ delete
        editions/{id}/steps/ post
        issued-credentials/ post
        issued-credentials/{id}/withdraw/ post
        microcredentials/ post
        offers/A-1/ delete put
        offers/A-1/editions/E-1/ put
        offers/A-1/steps/ post
        providers/ post
        providers/{id}/ patch
        providers/{id}/recognitions/ post
        providers/{id}/steps/ post
        quality-labels/ post
        quality-labels/{id}/ delete
        quality-labels/{id}/restore/ post
        revaluations/{id}/steps/ post
        waiting-entries/ post
        waiting-entries/{id}/ delete
        waiting-entries/{id}/accept/ post
    """,
    "organisations:write": """
        establishments/ post
        establishments/{id}/ delete
        organisations/{id}/ patch
        organisations/{id}/merge/ post
        ownership-links/ post
        ownership-links/{id}/ delete
        ownership-links/{id}/confirm/ post
    """,
    "people:write": """
        invitations/ post
        invitations/{id}/ delete
        invitations/{id}/remind/ post
        memberships/{id}/ delete
    """,
    "pools:write": """
        pools/{id}/placements/ post
    """,
    "programmes:read": """
        aid-assessments/ post
    """,
    "programmes:write": """
        budget-lines/ post
        de-minimis/ post
        de-minimis/{id}/register-corrected/ post
        de-minimis/{id}/registered/ post
        other-funding/{id}/retract/ post
        outcomes/ post
        participations/{id}/commit/ post
        participations/{id}/other-funding/ post
        participations/{id}/withdraw/ post
        programmes/{id}/editions/{id}/instead/ post
        programmes/{id}/evaluation/ put
        programmes/{id}/prices/ post
        programmes/{id}/steps/ post
        programmes/{id}/supplements/ post
        publications/{id}/published/ post
        sme-status/ put
        supplements/{id}/sign/ post
        supplements/{id}/steps/ post
    """,
}
"""Each scope with the addresses that it opens beside its list, and the methods of each.

What stores nothing asks for the right to read.
"""
WRITES = {
    (method, path.format(id=ID)): scope
    for scope, lines in WRITES_OF.items()
    for path, *methods in (line.split() for line in lines.strip().splitlines())
    for method in methods
}
REFUSED: dict[tuple[str, str], set[int]] = {
    ("post", "quality-labels/"): {403},
    ("post", "calls/"): {403},  # a coordinator's
    ("put", "offers/A-1/"): {403},  # a company writes no offers, whatever its key may do
    ("get", "sme-status/"): {409},  # without the law in the database nobody knows how large small is
}
CALLS = [("get", path, scope) for path, scope in READS.items()]
CALLS += [(method, path, scope) for (method, path), scope in WRITES.items()]


def call(client: Any, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(f"/api/v1/{path}", body, format="json")


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert set(body) <= {"type", "title", "status", "detail", "errors"}
    return body


def test_every_address_is_in_these_tables() -> None:
    from skillnet.api.urls import router, urlpatterns

    # HEAD comes with GET, once an address was asked.
    known = {(method, _shape(path)) for method, path, _scope in CALLS}
    known |= {("head", path) for method, path in known if method == "get"}
    served = {
        (method, re.sub(r"\(\?P<id>[^)]*\)", "-", re.sub(r"[\^$]", "", str(found.pattern))))
        for found in router.urls
        for method in getattr(found.callback, "actions", {})
    }
    assert served <= known
    for found in urlpatterns:
        if isinstance(found, URLPattern) and found.name not in ("schema", "docs", "unknown"):
            path = re.sub(r"\(\?P<\w+>[^)]*\)|<\w+:\w+>", "-", re.sub(r"[\^$]", "", str(found.pattern)))
            methods = getattr(found.callback, "actions", None) or _methods_of(found.callback)
            assert {(method, path) for method in methods} <= known, path
    assert {prefix for prefix, _view, _name in router.registry} == set(LISTS)
    assert {scope for _method, _path, scope in CALLS} == set(SCOPES)


def _methods_of(callback: Any) -> set[str]:
    return {name for name in ("get", "post", "put", "patch", "delete") if hasattr(callback.view_class, name)}


def _shape(path: str) -> str:
    return re.sub(rf"/({ID}|[AEG]-1)/", "/-/", path)


class TestKeys:
    def test_without_a_key(self) -> None:
        for method, path, _scope in CALLS:
            answer = call(APIClient(), method, path)
            assert_problem(answer, 401)
            assert answer["WWW-Authenticate"] == "Bearer"

    def test_without_the_scope(self) -> None:
        for scope in set(SCOPES):
            client = client_of(Role.COMPANY_CONTACT, scopes=set(SCOPES) - {scope})
            for method, path in [(m, p) for m, p, asked in CALLS if asked == scope]:
                assert scope in assert_problem(call(client, method, path), 403)["detail"]

    def test_with_the_scope_alone(self) -> None:
        for scope in set(SCOPES):
            client = client_of(Role.COMPANY_CONTACT, scopes={scope})
            for method, path in [(m, p) for m, p, asked in CALLS if asked == scope]:
                answer = call(client, method, path)
                if answer.status_code >= 400:
                    assert_problem(answer, answer.status_code)
                fine = {200, 400, 404} | REFUSED.get((method, path), set())
                assert answer.status_code in fine, (method, path)

    def test_a_method_that_is_not_there(self) -> None:
        client = company()
        known = {(method, path) for method, path, _scope in CALLS}
        for _method, path, _scope in CALLS:
            if ("patch", path) not in known:
                assert_problem(call(client, "patch", path, {}), 405)


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nope", "Bearer \xff"])
def test_a_bad_key(header: str) -> None:
    assert_problem(APIClient().get("/api/v1/gaps/", HTTP_AUTHORIZATION=header), 401)


def test_a_revoked_key_stops_at_once() -> None:
    token, key = make_key(Role.COMPANY_CONTACT)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert client.get("/api/v1/gaps/").status_code == 200
    token.revoked_at = timezone.now()
    token.save()
    assert_problem(client.get("/api/v1/gaps/"), 401)


def test_a_session_is_no_key(client_for: Any) -> None:
    assert_problem(client_for(Role.COMPANY_CONTACT).get("/api/v1/gaps/"), 401)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"title": NaN}', "application/json", 400),
        ("[" * 200_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        ("[]", "application/json", 400),
        ("", "application/json", 400),
        ('"text"', "application/json", 400),
        ("title=x", "application/x-www-form-urlencoded", 415),
        ("<a/>", "text/xml", 415),
    ],
)
@pytest.mark.parametrize("path", ["gaps/G-1/", "aid-assessments/"])
def test_a_message_that_is_no_good(path: str, body: Any, kind: str, status: int) -> None:
    send = company().post if path.startswith("aid") else company().put
    assert_problem(send(f"/api/v1/{path}", data=body, content_type=kind), status)


def test_a_message_that_is_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = '{"title": "%s"}' % ("x" * 200)
    assert_problem(company().put("/api/v1/gaps/G-1/", data=body, content_type="application/json"), 413)


@pytest.mark.parametrize("path", ["", "gap/", "gaps", "gaps/1/2/3", "offers/A-1/editions/"])
@pytest.mark.parametrize("method", ["get", "put", "post"])
def test_an_address_that_is_not_there(path: str, method: str) -> None:
    answer = getattr(company(), method)(f"/api/v1/{path}", format="json")
    assert answer.status_code in {404, 405} or path == "offers/A-1/editions/"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["x", "p=abc", "p=\0", "p=99999999999999999999", "o=9e9", "p=-1", "p=1.5"])
def test_a_cursor_that_somebody_made_up(text: str) -> None:
    cursor = b64encode(text.encode()).decode()
    for path in ("gaps", "matches"):
        answer = company().get(f"/api/v1/{path}/", {"cursor": cursor})
        assert answer.status_code == 200 if text == "x" else assert_problem(answer, 404)


STRANGE = ["1e400", "NaN", "-1e30", "inf", "\0", "x" * 5000, "", "\ud7ff"]
FILTERS = {
    "gaps": ["external_id", "updated_since", "network", "page_size"],
    "offers": ["price_max", "provider"],
    "editions": ["starts_after", "offer"],
    "matches": ["rank_max", "score_min", "gap_external_id"],
    "pools": ["unmet"],
}


@pytest.mark.parametrize("path", FILTERS)
def test_no_filter_breaks_a_list(path: str) -> None:
    client = company()
    for name, value in product(FILTERS[path], STRANGE):
        answer = client.get(f"/api/v1/{path}/", {name: value})
        if answer.status_code != 200:
            assert_problem(answer, 400)


def test_problems_speak_the_language_that_is_asked_for() -> None:
    address = "/api/v1/nowhere/"
    client: Any = APIClient()
    dutch, english = (client.get(address, HTTP_ACCEPT_LANGUAGE=code).json() for code in ("nl", "en"))
    assert dutch["title"] == english["title"] == "Not Found"
    assert dutch["detail"].startswith("Dit adres")


class TestThrottle:
    def test_a_key_has_its_share(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TokenThrottle, "rate", "2/min", raising=False)
        one, other = company(), company()
        assert [one.get("/api/v1/gaps/").status_code for _ in range(2)] == [200, 200]
        answer = one.get("/api/v1/gaps/")
        assert_problem(answer, 429)
        assert 1 <= int(answer["Retry-After"]) <= 61
        assert other.get("/api/v1/gaps/").status_code == 200

    def test_guessing_keys_is_throttled_by_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TokenThrottle, "rate", "2/min", raising=False)
        client = APIClient()
        codes = [
            client.get(
                "/api/v1/gaps/",
                HTTP_AUTHORIZATION=f"Bearer guess-{number}",
                HTTP_X_FORWARDED_FOR=f"10.0.0.{number}",
            ).status_code
            for number in range(3)
        ]
        assert codes == [401, 401, 429]

    def test_a_rate_is_configured(self) -> None:
        rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        assert rates["token"]
