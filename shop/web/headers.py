"""Security headers on every response, and what a cache may keep."""

from flask import Flask, Response, current_app, g, request

from shop.web.frame import SAME_FOR_ALL, csp_nonce

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'nonce-{nonce}'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'{pay}; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
)


def protect(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    pay = " ".join(["", *g.get("form_targets", ())])
    response.headers.setdefault(
        "Content-Security-Policy", CONTENT_POLICY.format(nonce=csp_nonce(), pay=pay)
    )
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if request.endpoint not in SAME_FOR_ALL:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def init_app(app: Flask) -> None:
    app.after_request(protect)
