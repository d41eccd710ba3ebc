"""The command line `patternbank`: one module a family of commands."""

from patternbank.cli.group import bank, main

__all__ = ["bank", "main"]
