"""The first page of each person's own work: where signing in leads, and a lost page leads back."""

from collections.abc import Collection

from flask import current_app, url_for

from shop.actor import Role

LANDINGS = (
    (Role.OPERATOR, "operations.outbox"),
    (Role.COUNTY_REVIEWER, "review.desk"),
    (Role.OFFICIAL, "overview.show"),
    (Role.AUDITOR, "overview.show"),
    (Role.INSTITUTION_APPROVER, "canteen.desk"),
    (Role.INSTITUTION_BUYER, "canteen.desk"),
    (Role.COOPERATIVE_STAFF, "supplier.desk"),
    (Role.ENTERPRISE_STAFF, "supplier.desk"),
)


def landing(roles: Collection[Role]) -> str:
    """The desk of these roles; the storefront for everybody else."""
    for role, endpoint in LANDINGS:
        if role in roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("catalog.home")
