"""Sign-in does not depend on Redis."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user


@pytest.fixture
def redis_is_away(settings: Any, tmp_path: Any) -> None:
    gone = f"unix://{tmp_path}/nobody.sock?db=0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": gone}}


def test_what_nobody_could_ask_counts_as_new(redis_is_away: None) -> None:
    assert caches["default"].add("key", "value") is True
    assert caches["default"].get("key") is None


@pytest.mark.django_db
def test_people_sign_in_while_redis_is_away(redis_is_away: None) -> None:
    from allauth.account.models import EmailAddress

    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    response = Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302
