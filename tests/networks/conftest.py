"""The world of networks that tests of pages share; a test file that needs another has its own `world`."""

import pytest

from tests.kept import kept
from tests.networks.pages_world import World


@pytest.fixture
def world(db: None) -> World:
    return _world()


@kept
def _world() -> World:
    return World()
