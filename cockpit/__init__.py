"""The overview: demand against supply, unmet, overlap, double funding."""
