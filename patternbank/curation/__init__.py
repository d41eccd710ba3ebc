"""How a pattern comes to be trusted: measurements, scores, gates, and the changes that a curator makes."""
