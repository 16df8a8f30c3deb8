"""Pages of `matching`: matches, runs, pools, demand, weights."""
