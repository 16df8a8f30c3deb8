"""Pages of `catalogue`: `public` for everybody, the others for providers."""
