"""What is paid: programmes, commitments, cost and funding plans, aid rules, decisions."""
