"""The records of the supply side: base, household, cooperative, enterprise and what ties them."""

from producers.models.base import Base, BaseLink
from producers.models.batch import Batch, BatchShare
from producers.models.certificate import Certificate, CertificateType
from producers.models.household import (
    Household,
    HouseholdIdentity,
    HouseholdLink,
    HouseholdLinkKind,
)
from producers.models.producer import Cooperative, Enterprise, Partnership, Producer, ProducerKind

__all__ = [
    "Base", "BaseLink", "Batch", "BatchShare", "Certificate", "CertificateType", "Cooperative",
    "Enterprise", "Household", "HouseholdIdentity", "HouseholdLink", "HouseholdLinkKind",
    "Partnership", "Producer", "ProducerKind",
]  # fmt: skip
