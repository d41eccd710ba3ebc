"""How well the bank finds: queries with known answers, measured leg by leg."""
