from tests.process.fixtures import mode, templates, world

__all__ = ["mode", "templates", "world"]
