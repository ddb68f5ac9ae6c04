"""``kebien serve``: the web pages and the REST interface."""

import ctypes
import gc
import json
import logging
import signal
import sys
from dataclasses import replace

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import logger

from inventory.base.errors import Conflict
from inventory.base.messages import _
from service.at_once import load_at_once
from service.database import ready
from service.settings import Settings
from service.web import address

APPLICATION = "service.gateway"
REQUESTS_AT_ONCE = 64
"""So many requests a process takes in; most of them wait for their body or for their turn."""
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Also KEBIEN_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port. Also KEBIEN_PORT.")
@click.option("--workers", type=click.IntRange(1), help="Processes. Also KEBIEN_WORKERS.")
@click.option("--when-told", is_flag=True, hidden=True, help="Wait for settings on the input.")
@click.pass_obj
def command(
    settings: Settings,
    host: str | None,
    port: int | None,
    workers: int | None,
    when_told: bool,
) -> None:
    """Serve the web pages and the REST interface until stopped.

    The database is started and brought up to date first.
    """
    if when_told:
        load_at_once(APPLICATION)
        settings = _told(settings)
    settings = replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        workers=workers or settings.workers,
    )
    if not address.is_free(settings.host, settings.port):
        raise Conflict(_("Port %(port)s is in use."), port=settings.port)
    ready(settings).close()
    settings.export()
    logger.addFilter(_about_the_program)
    load_at_once(APPLICATION)  # once, before the workers are forked: they start at once, share it
    Granian(
        f"{__name__}:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=REQUESTS_AT_ONCE,
        workers=settings.workers,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def _told(settings: Settings) -> Settings:
    """The settings that whoever started this hands over once all is ready; ends with him."""
    said = sys.stdin.readline()
    if not said:
        sys.exit(0)
    return Settings.from_env(settings.data_dir, environ=json.loads(said))


def application() -> object:
    """The application of one worker, which ends with the server that forked it.

    An orphan would keep the port and go on answering with old code.
    """
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)
    gc.disable()
    made: object = load_at_once(APPLICATION).application()
    gc.freeze()  # what lives as long as the process is not searched for garbage, now or later
    gc.enable()
    return made


def _about_the_program(record: logging.LogRecord) -> bool:
    """Not what the server says of its own settings: most threads wait, few ask the database."""
    return "blocking_threads" not in record.msg and "Python threads" not in record.msg
