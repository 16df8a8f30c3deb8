"""Database backend: Django's PostgreSQL, with the embedded server started at the first connection."""
