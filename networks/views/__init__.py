"""Pages of who asks."""
