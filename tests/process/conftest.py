from tests.process.fixtures import mode, settled, templates, world

__all__ = ["mode", "settled", "templates", "world"]
