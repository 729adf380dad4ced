"""What every numeric field must refuse with a readable message (bar A22)."""

GRID = [
    "-1", "0", "1.5", "1000000000", "2147483648", "9223372036854775808", "1e3", "１", "٣", "NaN",
    "Infinity", "null", "[]", "{}", " 1", "9" * 10_000,
]  # fmt: skip
