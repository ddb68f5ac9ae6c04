"""Where the pages are reached: an address to show, and whether its port is free."""

import socket

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, never bound by us


def reachable(host: str) -> str:
    """The address at which this machine reaches a server that listens on a host."""
    return EVERYWHERE.get(host, host)


def url(host: str, port: int) -> str:
    """The address of the first page."""
    shown = reachable(host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there.

    The web server shares its port with anybody who allows it: a second one would not fail but take
    half of the first one's visitors.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
