"""Every sentence file is its own test: its examples are read as its intent, its counter-examples are not."""

from __future__ import annotations

import pytest

from handlers.skills import BY_INTENT
from intents import templates
from intents.understanding import Understanding
from knowledge.shelf import Shelf

COMMANDS = templates.load()


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    shelf = Shelf()
    return Understanding([("training.who", "谁能参加培训")], [], shelf.names(), ["培训", "补贴"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.intent)
def test_examples_are_read_as_the_intent_and_counter_examples_are_not(
    command: templates.Command, understanding: Understanding
) -> None:
    assert command.tests, f"{command.intent} has no examples"
    assert {said: understanding.read(said).intent for said in command.tests} == dict.fromkeys(
        command.tests, command.intent
    )
    assert [said for said in command.counter if understanding.read(said).intent == command.intent] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.intent)
def test_every_intent_has_a_skill(command: templates.Command) -> None:
    assert command.intent in BY_INTENT
