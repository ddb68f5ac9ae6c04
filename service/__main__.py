"""``python -m service``: the same as the command ``kebien``."""

from service.cli.main import main

main(prog_name="kebien")
