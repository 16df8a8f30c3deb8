"""What changes in `networks`: one transaction each, keyword-only, named verb_noun."""
