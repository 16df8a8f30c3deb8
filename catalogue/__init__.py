"""Who teaches: providers, offers, editions, microcredentials."""
