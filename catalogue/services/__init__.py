"""What changes in `catalogue`: one transaction each, keyword-only, named verb_noun."""
