"""The rules: each takes the facts of a machine and yields findings."""
