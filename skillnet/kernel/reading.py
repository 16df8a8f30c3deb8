"""What a queryset brought along already, so that nothing is asked twice."""

from django.db.models import Model


def has_read(instance: Model, relation: str) -> bool:
    """Whether `prefetch_related` read this relation of the instance."""
    return relation in getattr(instance, "_prefetched_objects_cache", {})
