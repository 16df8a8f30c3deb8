"""Demo data in readable files, and how they are loaded. Fictional organisations only."""
