"""Reserved shares: dated rules, yearly plans and the ledger fed by orders."""
