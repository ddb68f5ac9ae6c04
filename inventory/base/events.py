"""Reactions of upper rooms to acts of lower ones: same transaction, no queue, no swallowing."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]

_handlers: dict[type, list[Handler]] = defaultdict(list)


def subscribe(event: type, handler: Handler) -> None:
    """Let a handler run at each such event; called only where the program is put together."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(session: Session, event: object) -> None:
    """Tell who must react; a handler that fails makes the whole act fail."""
    for handler in _handlers[type(event)]:
        handler(session, event)
