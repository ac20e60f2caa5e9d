from tests.threads import postgres

__all__ = ["postgres"]
