from typing import Any

from exchange.common.forms import WordsField
from exchange.partners.ports import port_named


class PortsField(WordsField):
    """Ports by UN/LOCODE; the whole name of a known one, such as Gothenburg, stands for its code."""

    def split(self, text: str) -> list[Any]:
        """Return the codes, and as typed what is neither a code nor a known name."""
        return [
            port.unlocode if (port := port_named(word)) else word for word in super().split(text)
        ]
