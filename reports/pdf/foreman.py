"""The foreman of the press: has the libraries loaded, and forks a process for every document.

Loading them takes most of a second, which nobody should wait for at each paper. The foreman never
draws anything himself, so that every document begins in the same fresh state and gives the same
bytes. He takes orders from a socket and ends when nobody holds its other end any more, or when
nothing came for a while.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from reports.pdf.rules import Ending
from reports.pdf.worker import libraries, print_one

IDLE_SECONDS = 300
PAPER, PDF, SAID = "paper.html", "paper.pdf", "said.txt"
"""Files of a document's folder: what is asked for, what came of it, what was said on the way."""
_LONGEST = 4096


def main(orders: socket.socket) -> None:
    """Take orders until there are none."""
    with suppress(OSError):  # each document says so itself
        libraries()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while select.select([orders], [], [], IDLE_SECONDS)[0]:
        message, handles, _flags, _address = socket.recv_fds(orders, _LONGEST, 1)
        if not message:
            return
        with socket.socket(fileno=handles[0]) as answer:
            if os.fork() == 0:
                orders.close()
                os._exit(_see_to(json.loads(message), answer))


def _see_to(order: dict[str, str | int], answer: socket.socket) -> int:
    """Have one document printed and tell how it ended; nobody who waits ends it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    printer = os.fork()
    if printer == 0:
        answer.close()
        _print(Path(str(order["folder"])), int(order["memory"]), int(order["seconds"]))
    ended = os.pidfd_open(printer)
    ready, _w, _x = select.select([ended, answer.fileno()], [], [])
    if ended not in ready:
        os.kill(printer, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(printer, 0)[1])
    with suppress(OSError):
        answer.send(str(status).encode())
    return 0


def _print(folder: Path, memory: int, seconds: int) -> None:
    status: int = Ending.FAILED
    try:
        gc.disable()  # one document and the end: looking for cycles is a third of a long one's time
        os.chdir(folder)
        os.putenv("HOME", str(folder))
        tempfile.tempdir = str(folder)
        sys.stderr = (folder / SAID).open("w", encoding="utf-8")
        status = print_one(folder / PAPER, folder / PDF, memory, seconds)
    except BaseException as error:  # noqa: BLE001 - it must end here, and say why
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
