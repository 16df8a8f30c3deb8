"""What the engine does with the database: vectors, candidates, matches, pools and runs."""
