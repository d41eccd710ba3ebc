"""Writes the reference of diagnostics to standard output: ``python -m devmatrix.diagnostics > docs/diagnostics.md``."""

import sys

from devmatrix.diagnostics.reference import write_reference

if __name__ == "__main__":
    sys.stdout.write(write_reference())
