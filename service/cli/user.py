"""``kebien user``: people's log-ins, for the first administrator and for scripts."""

import sys
from contextlib import closing

import click

from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.web import decode_form
from inventory.organisation.commands import add_staff, appoint
from inventory.organisation.rules import Role
from inventory.organisation.schemas import NewAppointment, NewStaff
from service.auth.commands import add_account
from service.cli.output import json_option, note, print_json
from service.database import ready
from service.settings import Settings

LANGUAGES = ("vi", "en")


@click.group()
def command() -> None:
    """Give people a log-in."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--office", required=True, metavar="CODE", help="Office the person works in.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--code", help="The person's number in the service; the log-in where not given.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
@click.pass_obj
def add(
    settings: Settings,
    *,
    login: str,
    name: str,
    office: str,
    role: str,
    code: str | None,
    language: str,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a person, appoint him from today on and give him a log-in.

    All of it or nothing is done.
    """
    password = _password(from_stdin=password_stdin)
    at = clock.now()
    person = decode_form(NewStaff, {"code": code or login, "name": name})
    appointment = decode_form(
        NewAppointment,
        {
            "staff": person.code,
            "office": office,
            "role": role,
            "valid_from": clock.local_day(at).isoformat(),
        },
    )
    with closing(ready(settings)) as database, database.transaction(SYSTEM) as session:
        staff = add_staff(session, SYSTEM, person, at=at)
        appoint(session, SYSTEM, appointment, at=at)
        account = add_account(session, SYSTEM, staff.id, login, password, locale=language, at=at)
        added = {"login": account.login, "staff": staff.code, "office": office, "role": role}
    if as_json:
        print_json(added)
    else:
        note(f"{added['login']} may log in as {role} of {office}.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask at; give --password-stdin.")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
