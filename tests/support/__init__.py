"""What the tests stand on: databases, the page client, the steps of bin/test."""
