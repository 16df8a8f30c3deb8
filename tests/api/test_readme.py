"""The commands of docs/api/README.md do what the page says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.api.keys import company, provider
from tests.api.test_common import CALLS, WRITES

README = (Path(__file__).parents[2] / "docs" / "api" / "README.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    for line in re.split(r"\n(?=curl )", block.replace("\\\n", " ").strip())
    if line.startswith("curl ")
]


ROWS = re.findall(r"^\| (`[^|]*) \| `(\w+)` \|.*\|([^|]*)\|$", README, re.MULTILINE)


def run(client: Any, command: str) -> Any:
    """What curl would send."""
    words = shlex.split(command)
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    data = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    assert "Authorization: Bearer $KEY" in words
    address = words[-1].removeprefix("$SITE")
    return getattr(client, method.lower())(address, data, format="json" if data else None)


@pytest.mark.django_db
def test_every_command_works() -> None:
    assert len(COMMANDS) >= 8
    one, other = company(), provider()
    for command in COMMANDS:
        answer = run(other if "/offers/" in command else one, command)
        assert answer.status_code in {200, 201, 204}, (command, answer.content)


def test_the_table_names_the_scope_of_each_address_and_no_method_that_it_lacks() -> None:
    scopes: dict[str, set[str]] = {}
    methods: dict[str, set[str]] = {}
    for _method, path, scope in CALLS:
        if path.count("/") == 1:
            scopes.setdefault(path, set()).add(scope.split(":")[0])
    for method, path in WRITES:
        methods.setdefault(f"{path.split('/')[0]}/", set()).add(method.upper())
    assert len(ROWS) > 25
    for addresses, scope, writes in ROWS:
        names = re.findall(r"`([\w-]+/)`", addresses)
        assert {one for name in names for one in scopes[name]} == {scope}, addresses
        told = set(re.findall(r"\b(POST|PUT|PATCH|DELETE)\b", writes))
        assert told <= set().union(*(methods.get(name, set()) for name in names)), addresses
        assert told or not any(methods.get(name) for name in names), (addresses, "more than GET")
