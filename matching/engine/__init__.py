"""The pure matching engine: facts and arrays in, candidates, scores, pools and purchases out.

Nothing here knows Django, a database or a clock: whoever calls hands in facts, vectors, tokens and today's
date.
"""
