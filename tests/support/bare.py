"""The yardstick of bin/bench: one Flask page that does nothing."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def bare() -> str:
    return "<!doctype html><title>bare</title><h1>bare</h1>"
