"""Asks a running application, over HTTP, whether it does what the scenarios say."""

from devmatrix.runtime.smoke.fallen import summarise_fallen
from devmatrix.runtime.smoke.rounds import Target, ask, load_clients, summarise, why_not
from devmatrix.runtime.smoke.watching import watch

__all__ = ["Target", "ask", "load_clients", "summarise", "summarise_fallen", "watch", "why_not"]
