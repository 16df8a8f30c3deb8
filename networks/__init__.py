"""Who asks: organisations, people's roles, calls, networks, competency gaps, needs analyses."""
