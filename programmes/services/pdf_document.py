"""A page of A4 written with fpdf2 alone: no system library, no font file."""

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

FONT = "Helvetica"
# What Dutch, French, English and German write and the core fonts' code page lacks.
REPLACED = {
    "\u2212": "-", "\u202f": "\u00a0", "\u2192": "->", "\u2265": ">=", "\u2264": "<=", "\u2011": "-",
    "\u2190": "<-", "\u00d7": "x", "\u2248": "~",
}  # fmt: skip
GREY = (90, 90, 90)
BELOW_A_HEADING = 28  # mm that must follow it on its page: the heading, a head of a table and a row
NARROWEST, WIDEST = 13, 45  # characters


class Document(FPDF):
    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = "cp1252"  # the code page of the core fonts: it has the euro sign
        self.set_title(title)
        self.set_creator("Skillnet Vlaanderen")
        self.set_margins(20, 18, 20)
        self.set_auto_page_break(True, margin=20)
        self.set_font(FONT, size=10)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"Skillnet Vlaanderen  {self.page_no()}", align="C")
        self.set_text_color(0)

    def heading(self, text: str, size: int) -> None:
        if self.will_page_break(BELOW_A_HEADING):
            self.add_page()
        if size > 11:
            self.ln(3)
        self.set_font(FONT, "B", size)
        self.line_of(text, size * 0.5)
        self.set_font(FONT, size=10)

    def paragraph(self, text: str, *, small: bool = False) -> None:
        self.set_font(FONT, size=8 if small else 10)
        self.set_text_color(*(GREY if small else (0, 0, 0)))
        self.line_of(text, 4 if small else 5)
        self.set_text_color(0)

    def line_of(self, text: str, height: float) -> None:
        self.multi_cell(0, height, printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def grid(self, head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        if not rows:
            return
        self.set_font(FONT, size=8)
        align = ["RIGHT" if number in right else "LEFT" for number in range(len(head))]
        with self.table(
            text_align=align,
            col_widths=_widths([head, *rows]),
            borders_layout="HORIZONTAL_LINES",
            line_height=4.5,
            headings_style=FontFace(emphasis="BOLD"),
        ) as table:
            for row in [head, *rows]:
                table.row([printable(cell) for cell in row])
        self.set_font(FONT, size=10)
        self.ln(2)


def _widths(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Relative widths: a column is as wide as its longest cell, within bounds that leave room for the others."""
    return tuple(
        min(WIDEST, max(NARROWEST, *(len(cell) for cell in column))) for column in zip(*rows, strict=True)
    )


def printable(text: str) -> str:
    """The text in the characters that the core fonts have; what they lack becomes a near one or "?"."""
    for character, near in REPLACED.items():
        text = text.replace(character, near)
    return text.encode("cp1252", "replace").decode("cp1252")
