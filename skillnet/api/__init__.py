"""The REST API under /api/v1/: tokens with scopes, one error shape, idempotent PUT."""
