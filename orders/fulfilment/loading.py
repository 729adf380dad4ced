"""Reference data of deliveries: within how many days an accepted delivery is to be paid."""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from orders.fulfilment.models import PaymentTermRule

PAYMENT_TERMS = Path(__file__).parent / "data" / "payment_terms.csv"


def load_reference(session: Session | scoped_session[Session]) -> int:
    """Add the payment terms that are not there yet, by their first day; safe to run again."""
    known = set(session.scalars(select(PaymentTermRule.valid_from)))
    with PAYMENT_TERMS.open(newline="", encoding="utf-8") as file:
        rows = [
            PaymentTermRule(
                valid_from=date.fromisoformat(row["valid_from"]),
                days=int(row["days"]),
                source=row["source"],
            )
            for row in csv.DictReader(file)
        ]
    new = [rule for rule in rows if rule.valid_from not in known]
    session.add_all(new)
    return len(new)
