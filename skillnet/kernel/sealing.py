"""Personal data at rest: sealed with a key that is not in the database, so that a copy of it tells nothing.

Fernet (AES-128-CBC with HMAC-SHA-256). The keys come from `SKILLNET_FIELD_KEY`: one or more secrets, the first
seals and all open, so that a key can be changed without losing what the old one sealed. Without that setting
the key is derived from `SECRET_KEY` (HKDF-SHA-256).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """What was sealed cannot be opened: the key is gone or the text was tampered with."""


def seal(values: Mapping[str, str]) -> str:
    """The values as one sealed text; sealing the same values twice gives two texts."""
    return _box(_secrets()).encrypt(json.dumps(dict(values), ensure_ascii=False).encode()).decode("ascii")


def unseal(text: str) -> dict[str, str]:
    """What `seal` was given. Raises CannotOpen."""
    try:
        opened = _box(_secrets()).decrypt(text.encode("ascii"))
    except (InvalidToken, UnicodeEncodeError) as error:
        raise CannotOpen("The sealed text cannot be opened with the configured keys.") from error
    return {str(key): str(value) for key, value in json.loads(opened).items()}


def fingerprint(purpose: str, *parts: str) -> str:
    """A keyed hash (64 hex digits) by which the same person is known again, and which says nothing else."""
    key = _derived(_secrets()[-1], f"fingerprint:{purpose}")
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _secrets() -> tuple[str, ...]:
    return tuple(settings.FIELD_KEYS) or (settings.SECRET_KEY,)


@lru_cache(maxsize=8)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, "fields"))) for secret in secrets])


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"skillnet:{purpose}".encode())
    return kdf.derive(secret.encode())
