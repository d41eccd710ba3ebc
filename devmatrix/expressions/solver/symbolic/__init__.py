"""Values under conditions: what expressions come to while rows and inputs are unknown."""
