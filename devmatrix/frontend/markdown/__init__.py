"""Text to an outline: bytes, Markdown blocks, sections and their parts."""
