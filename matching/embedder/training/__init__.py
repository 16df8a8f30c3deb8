"""From open data to a model folder; only the command `train_embedder` and the tests import this."""
