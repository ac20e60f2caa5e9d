from tests.threads import postgres, shared_db

__all__ = ["postgres", "shared_db"]
