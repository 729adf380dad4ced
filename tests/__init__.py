"""The tests: they mirror the packages; journeys follow people."""
