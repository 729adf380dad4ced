"""What may follow what for a producer and for a certificate."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from shop.states import Machine


class ProducerStatus(StrEnum):
    APPLIED = "applied"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    REFUSED = "refused"


class ProducerEvent(StrEnum):
    RECOMMEND = "recommend"
    APPROVE = "approve"
    REFUSE = "refuse"
    APPLY_AGAIN = "apply_again"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


P, PE = ProducerStatus, ProducerEvent

# 主体自愿申请 → 县级部门推荐 → 平台审核 (brief 1.3)
PRODUCER_MACHINE: Machine[ProducerStatus, ProducerEvent] = Machine(
    {
        (P.APPLIED, PE.RECOMMEND): P.RECOMMENDED,
        (P.APPLIED, PE.REFUSE): P.REFUSED,
        (P.RECOMMENDED, PE.APPROVE): P.APPROVED,
        (P.RECOMMENDED, PE.REFUSE): P.REFUSED,
        (P.REFUSED, PE.APPLY_AGAIN): P.APPLIED,
        (P.APPROVED, PE.SUSPEND): P.SUSPENDED,
        (P.SUSPENDED, PE.REINSTATE): P.APPROVED,
    }
)

PRODUCER_LABELS = {
    P.APPLIED: (_l("待县级推荐"), "info"),
    P.RECOMMENDED: (_l("待平台审核"), "info"),
    P.APPROVED: (_l("已入驻"), "good"),
    P.SUSPENDED: (_l("已暂停"), "warn"),
    P.REFUSED: (_l("未通过"), "bad"),
}


class CertificateStatus(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


class CertificateEvent(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    SUBMIT_AGAIN = "submit_again"
    REVOKE = "revoke"


C, CE = CertificateStatus, CertificateEvent

# Expiry is no status: a certificate counts by its days (catalog.queries.certificate_valid).
CERTIFICATE_MACHINE: Machine[CertificateStatus, CertificateEvent] = Machine(
    {
        (C.SUBMITTED, CE.APPROVE): C.APPROVED,
        (C.SUBMITTED, CE.REFUSE): C.REFUSED,
        (C.REFUSED, CE.SUBMIT_AGAIN): C.SUBMITTED,
        (C.APPROVED, CE.REVOKE): C.REVOKED,
    }
)

CERTIFICATE_LABELS = {
    C.SUBMITTED: (_l("待审核"), "info"),
    C.APPROVED: (_l("有效"), "good"),
    C.REFUSED: (_l("未通过"), "bad"),
    C.REVOKED: (_l("已撤销"), "bad"),
}
