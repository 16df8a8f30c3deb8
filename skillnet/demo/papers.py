"""Papers of the demo: one page that says what it stands for."""

from django.core.files.uploadedfile import SimpleUploadedFile


def one_page(name: str, words: str) -> SimpleUploadedFile:
    """A PDF `name`.pdf of one page with these words, as somebody would upload it."""
    from fpdf import FPDF

    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 6, words.encode("latin-1", "replace").decode("latin-1"))
    return SimpleUploadedFile(f"{name}.pdf", bytes(page.output()), "application/pdf")
