"""Files that people send: received, shown, mapped, put in by the worker, corrected, sent again."""
