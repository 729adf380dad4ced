"""Operator commands of the kernel: route policy, worker, scheduled jobs."""

import json
from dataclasses import replace
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from shop import clock, jobs
from shop.access import PUBLIC, policy, policy_of
from shop.actor import ANONYMOUS, Actor, Role
from shop.db import db
from shop.worker import Worker


def policy_probes() -> dict[str, Actor]:
    """One actor for each kind of person that the permissions tell apart."""
    probes = {"anonymous": ANONYMOUS, "consumer": Actor(name="probe", user_id=0)}
    for role in Role:
        probes[role.value] = Actor(
            name="probe",
            user_id=0,
            organisation_id=0,
            roles=frozenset({role}),
            region_code="150000",
        )
    official = probes[Role.OFFICIAL.value]
    probes["department_official"] = replace(official, department_id=0)
    return probes


def policy_rows(app: Flask) -> list[dict[str, object]]:
    """Every route by path: its endpoint, methods, permission and who holds it."""
    probes = policy_probes()
    rows: list[dict[str, object]] = []
    for rule in app.url_map.iter_rules():
        permission = policy_of(app, rule.endpoint)
        rows.append(
            {
                "path": rule.rule,
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "permission": permission,
                "roles": [
                    name
                    for name, actor in probes.items()
                    if permission == PUBLIC or (permission and policy().allows(actor, permission))
                ],
            }
        )
    return sorted(rows, key=lambda row: (str(row["path"]), str(row["methods"])))


@click.command("route-policy")
@click.option("--json", "as_json", is_flag=True, help="machine-readable")
@with_appcontext
def route_policy(as_json: bool) -> None:
    """Every route with its methods, its permission and the roles that hold it."""
    rows = policy_rows(current_app)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        methods = ",".join(cast(list[str], row["methods"]))
        click.echo(f"{methods:10} {row['path']!s:60} {row['permission']}")


@click.command("worker")
@click.option("--once", is_flag=True, help="one message or job, then end")
@click.option("--until-idle", is_flag=True, help="end when nothing is due")
@with_appcontext
def worker_command(once: bool, until_idle: bool) -> None:
    """Apply waiting messages and run scheduled jobs; several workers may run at once."""
    worker = Worker()
    worker.listen()
    if once:
        click.echo(int(worker.step()))
    elif until_idle:
        click.echo(worker.until_idle())
    else:
        worker.serve()


@click.group("jobs")
def jobs_command() -> None:
    """Scheduled jobs."""


@jobs_command.command("list")
@with_appcontext
def list_jobs() -> None:
    """Every job: its name, its interval, when it is due, what came of its last run."""
    jobs.enter_jobs(clock.now())
    rows = {row.name: row for row in db.session.scalars(select(jobs.ScheduledJob))}
    for name, job in sorted(jobs.known_jobs().items()):
        row = rows[name]
        last = row.last_error or ("-" if row.last_result is None else row.last_result)
        click.echo(f"{name:40} {job.every!s:>16} {row.due_at:%Y-%m-%dT%H:%M:%SZ} {last}")


@jobs_command.command("run")
@click.argument("name")
@with_appcontext
def run_one_job(name: str) -> None:
    """Run a job now; fails when it is unknown, running elsewhere or ends in an error."""
    if name not in jobs.known_jobs():
        raise click.ClickException(f"unknown job {name}; see `jobs list`")
    if not jobs.run_job(name, clock.now()):
        raise click.ClickException(f"{name} is running in another process")
    row = db.session.get_one(jobs.ScheduledJob, name)
    if row.last_error:
        raise click.ClickException(row.last_error)
    click.echo(row.last_result)


def init_app(app: Flask) -> None:
    app.cli.add_command(route_policy)
    app.cli.add_command(worker_command)
    app.cli.add_command(jobs_command)
