"""The platform's own pages: background work and the audit trail."""
