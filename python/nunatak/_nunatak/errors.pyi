"""Kinds of errors: the bindings of `errors.rs`."""

def error_kinds() -> list[tuple[str, int, str]]:
    """Name, exit code and exception class of every kind of error."""
