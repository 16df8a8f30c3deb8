"""The engine: skills, embeddings, retrieval, scoring, pooling, match runs."""
