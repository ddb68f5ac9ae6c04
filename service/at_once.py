"""Loading large parts of the program quickly."""

import gc
from importlib import import_module
from types import ModuleType


def load_at_once(module: str) -> ModuleType:
    """Import a module with all it needs, without searching for garbage in between.

    What is loaded stays until the process ends; searching through it again and again while it
    grows is a quarter of the time it takes.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        if searching:
            gc.enable()
