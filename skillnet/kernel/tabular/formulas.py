"""Cells that a spreadsheet would run as a formula, made harmless on the way out and restored on the way in.

A cell that begins with =, +, -, @, a tab or a return (after spaces and apostrophes or not) gets an
apostrophe in front, as OWASP's "CSV Injection" advises. Reading takes one away again, so that what we
wrote comes back as it was.
"""

import re

_START = r"[ \u00a0]*[=+\-@＝＋－＠\t\r\n]"
_DANGEROUS = re.compile(f"'*{_START}")
_ESCAPED = re.compile(f"'+{_START}")


def escape_formula(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet could run it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unescape_formula(text: str) -> str:
    """What `escape_formula` was given."""
    return text[1:] if _ESCAPED.match(text) else text
