"""The figures that the project promises, measured on the machine at hand."""
