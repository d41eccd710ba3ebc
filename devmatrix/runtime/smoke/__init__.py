"""Asks a running application, over HTTP, whether it does what the scenarios say."""

from devmatrix.runtime.smoke.rounds import Target, ask, summarise, why_not

__all__ = ["Target", "ask", "summarise", "why_not"]
