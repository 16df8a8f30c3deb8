"""Pages of the running site under twenty people at once, and how many queries each page asks."""

import http.client
import os
import random
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psutil

from tests.load.measuring import percentile, resident_mb, setup_django

if TYPE_CHECKING:
    from tests.load.parts import Asked

USERS = 20
REQUESTS = 15
"""Requests of each of them."""
PAUSE = 3.0
"""Seconds that a person looks at a page on average, before the next one."""
MAIL = "meting-{role}@voorbeeld.example"


@dataclass(frozen=True, slots=True)
class Page:
    """One address, as one person (empty: nobody is signed in)."""

    path: str
    role: str = ""


def pages(asked: "Asked") -> dict[str, Any]:
    """With `--index hnsw` searches use the index, which is made where it is missing and dropped at the end."""
    setup_django()
    from matching.services.nearest import build_index, drop_index
    from matching.services.vectors import active_revision

    revision = active_revision()
    assert revision is not None
    if asked.index == "hnsw":
        build_index(revision)
    try:
        return _visited(asked.index)
    finally:
        drop_index(revision)


def _visited(index: str) -> dict[str, Any]:
    cookies = sign_in()
    wanted = addresses()
    queries = {page: count_queries(page, cookies) for page in wanted}
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "-c", "python:skillnet.serving", "skillnet.wsgi",
            "--bind", f"127.0.0.1:{port}", "--log-level", "warning",
        ],
        env={**os.environ, "SKILLNET_PROCESS": "web", "SKILLNET_VECTOR_INDEX": index},
    )  # fmt: skip
    try:
        wait_for(port)
        called = [wanted[n % len(wanted)] for n in range(USERS * REQUESTS)]
        visit(port, wanted * 4, cookies, pause=0)  # warm: templates compiled, connections made
        taken = visit(port, called, cookies, pause=PAUSE)
        hurried = visit(port, called, cookies, pause=0)
        web = max(resident_mb(p) for p in psutil.Process(server.pid).children())
    finally:
        server.terminate()
        server.wait(20)
    by_page: dict[str, list[float]] = {}
    for page, milliseconds in taken:
        by_page.setdefault(page.path, []).append(milliseconds)
    worst = max(queries, key=lambda page: queries[page])
    return {
        "p95_ms": round(percentile([ms for _, ms in taken]), 1),
        "median_ms": round(percentile([ms for _, ms in taken], 0.5), 1),
        "requests": len(taken),
        "pause_s": PAUSE,
        "without_pause": {
            "p95_ms": round(percentile([ms for _, ms in hurried]), 1),
            "requests_per_s": round(len(hurried) / (sum(ms for _, ms in hurried) / 1000 / USERS), 1),
        },
        "users": USERS,
        "max_queries": queries[worst],
        "max_queries_at": worst.path,
        "pages": {path: {"p95_ms": round(percentile(times))} for path, times in by_page.items()},
        "web_mb": round(web),
    }


def addresses() -> list[Page]:
    """Lists and details: public ones, and those of a manager, a provider and a coordinator."""
    from django.urls import reverse

    from catalogue.models import Offer
    from networks.models import Gap

    listed, gaps, mine = reverse("catalogue:offers"), reverse("networks:gaps"), reverse("catalogue:my_offers")
    middle = Offer.objects.order_by("pk")[Offer.objects.count() // 2]
    manager = Gap.objects.filter(network=first_network()).order_by("pk").first()
    assert manager is not None
    return [
        Page(listed),
        Page(f"{listed}?page=3"),
        Page(f"{listed}?mode=online&language=nl"),
        Page(f"{listed}?sort=title"),
        Page(f"{listed}?q=lassen"),
        Page(f"{listed}?q={quote(middle.title.split()[0])}"),
        Page(reverse("catalogue:offer_detail", args=[middle.public_id])),
        Page(reverse("catalogue:provider_detail", args=[middle.provider.public_id])),
        Page(gaps, "network_manager"),
        Page(reverse("networks:gap_detail", args=[manager.public_id]), "network_manager"),
        Page(reverse("matching:pools"), "network_manager"),
        Page(mine, "provider"),
        Page(gaps, "coordinator"),
        Page(reverse("networks:networks"), "coordinator"),
    ]


def first_network() -> Any:
    from networks.models import Network

    return Network.objects.order_by("pk").first()


def sign_in() -> dict[str, str]:
    """One person for each role, signed in; the session cookies."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from catalogue.models import Provider
    from networks.models import Membership
    from skillnet.accounts.models import User

    network, provider = first_network(), Provider.objects.order_by("pk").first()
    assert provider is not None
    places: dict[str, tuple[Any, Any]] = {
        "network_manager": (network.members.first().organisation, network),
        "provider": (provider.organisation, None),
        "coordinator": (network.call.coordinator, None),
    }
    cookies = {}
    for role, (organisation, of_network) in places.items():
        email = MAIL.format(role=role)
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=role)
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role, network=of_network)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies[role] = f"sessionid={session.session_key}"
    return cookies


def count_queries(page: Page, cookies: dict[str, str]) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = {"cookie": cookies[page.role]} if page.role else {}
    Client(headers=headers).get(page.path)  # caches of the process
    with CaptureQueriesContext(connection) as captured:
        answer = Client(headers=headers).get(page.path)
    if answer.status_code != 200:
        raise SystemExit(f"{page.path} as {page.role or 'nobody'} answered {answer.status_code}.")
    return len(captured)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            ask(port, Page("/health/"), {})
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("gunicorn did not start.")


def ask(port: int, page: Page, cookies: dict[str, str]) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", page.path, headers={"Cookie": cookies.get(page.role, "")})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{page.path} answered {answer.status}.")
    return (time.perf_counter() - start) * 1000


def visit(
    port: int, wanted: list[Page], cookies: dict[str, str], *, pause: float
) -> list[tuple[Page, float]]:
    """Twenty people at once, each of whom looks at a page for a while before asking for the next."""
    dice = random.Random(1)
    pauses = [dice.uniform(0.5, 1.5) * pause for _ in wanted]

    def one(page: Page, wait: float) -> tuple[Page, float]:
        time.sleep(wait)
        return page, ask(port, page, cookies)

    with ThreadPoolExecutor(USERS) as people:
        return list(people.map(one, wanted, pauses))
