"""Building blocks that every app may use: actors, transitions, decisions, outbox, dated rates."""
