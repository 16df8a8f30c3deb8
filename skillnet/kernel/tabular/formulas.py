"""Cells that a spreadsheet would run as a formula, made harmless on the way out and restored on the way in.

A cell that begins with =, +, -, @, a tab or a return (after spaces and apostrophes or not) gets an
apostrophe in front, as OWASP's "CSV Injection" advises. Reading takes one away again, so that what we
wrote comes back as it was.
"""

import re

_START = r"[ \u00a0]*[=+\-@＝＋－＠\t\r\n]"
# Within a cell: where a program that splits lines at another sign than we do begins a cell of its own. A dash or
# plus there often is a bullet; it counts where a call, a command or a reference follows.
_WITHIN = r"'*[ \u00a0]*(?:[=@＝＠]|[+\-＋－](?=[^;\t\r\n]*[(|!]))"
_PIECE = re.compile(f"(?<=[;\t\r\n])(?={_WITHIN})")
_ESCAPED_PIECE = re.compile(f"(?<=[;\t\r\n])'(?={_WITHIN})")
_DANGEROUS = re.compile(f"'*{_START}")
_ESCAPED = re.compile(f"'+{_START}")


def escape_formula(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet could run it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def escape_pieces(text: str) -> str:
    """The text of a CSV cell with an apostrophe before what would begin a cell of its own as a formula.

    A spreadsheet set to Dutch or French splits at semicolons, whatever the file says, and heeds no quotes that do
    not begin a cell: of `1,"x;=1+1;y"` it makes three cells, and runs the second.
    """
    return _PIECE.sub("'", text)


def unescape_pieces(text: str) -> str:
    """What `escape_pieces` was given."""
    return _ESCAPED_PIECE.sub("", text) if "'" in text else text


def unescape_formula(text: str) -> str:
    """What `escape_formula` was given."""
    return text[1:] if _ESCAPED.match(text) else text
