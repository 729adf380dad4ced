"""Refusals in the shape Stripe gives them."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200; `body` is what Stripe would send."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        error: dict[str, Any] = {"type": kind, "message": message}
        if code is not None:
            error["code"] = code
        if param is not None:
            error["param"] = param
        self.body: dict[str, Any] = {"error": error}


def no_such(kind: str, object_id: str, param: str = "id") -> ApiError:
    """The 404 for an id nobody knows."""
    message = f"No such {kind}: '{object_id}'"
    return ApiError(message, status=404, code="resource_missing", param=param)
