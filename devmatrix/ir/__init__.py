"""The typed application and the nodes of its expressions; knows no target language."""
