"""The collector of texts finds what is said inside other texts too."""

import importlib.util
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "messages.py"


def test_texts_within_f_strings_are_collected(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("messages_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    source = tmp_path / "words.py"
    source.write_text(
        "first = _('vooraan')\n"
        "line = f\"{name} · {_('niet alles staat vast')}\"\n"
        "count = f\"{ngettext('%(n)s stem', '%(n)s stemmen', n)} en {pgettext('rol', 'lid')}\"\n"
    )
    assert list(tool.texts_of(source)) == [
        (1, "vooraan", None),
        (2, "niet alles staat vast", None),
        (3, ("%(n)s stem", "%(n)s stemmen"), None),
        (3, "lid", "rol"),
    ]
