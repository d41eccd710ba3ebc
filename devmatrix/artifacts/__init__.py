"""What stages hand on: frozen values with tuples."""
