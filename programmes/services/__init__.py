"""What changes in `programmes`: proposals, plans, commitments and decisions."""
