"""A Stripe-compatible HTTP server for one machine: paying works with no account anywhere.

It speaks exactly the calls the shop makes, checks each against the Stripe library's own typed
parameters, shows a payment page and sends signed webhooks. It moves no money.
"""
