"""The cache: Redis, and no reason to fail while Redis is away."""

from typing import Any

from django_redis.cache import RedisCache


class PatientRedisCache(RedisCache):
    """Redis through django-redis, which ignores (and logs) a connection that is lost.

    What nobody could ask counts as new: allauth takes a short lock with `add` at each sign-in, and "could not
    ask" read as "somebody else holds it" would keep everybody out while Redis is down.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        return True if added is None else bool(added)
