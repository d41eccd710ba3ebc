"""Findings about the user's text: values that are collected and printed together, never raised."""

from devmatrix.diagnostics.model import Diagnostic, Severity, Span, has_errors, in_order

__all__ = ["Diagnostic", "Severity", "Span", "has_errors", "in_order"]
