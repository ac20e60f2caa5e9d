from typing import Any

from exchange.common.forms import WordsField
from exchange.lessons.texts import MOST
from exchange.partners.ports import port_named


class PortsField(WordsField):
    """Ports by UN/LOCODE; the whole name of a known one, such as Gothenburg, stands for its code."""

    def split(self, text: str) -> list[Any]:
        """Return the codes, and as typed what is neither a code nor a known name.

        More than there may be are not looked up: they are refused as they are.
        """
        words = super().split(text)
        if len(words) > MOST["ports"]:
            return words
        return [port.unlocode if (port := port_named(word)) else word for word in words]
