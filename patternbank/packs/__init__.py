"""Packs: patterns in one file, made the same every time, and taken in with suspicion."""

from patternbank.packs.contents import Claims, Pack, PackManifest
from patternbank.packs.importing import Imported, import_pack
from patternbank.packs.reading import open_pack, read_pack
from patternbank.packs.writing import export_pack

__all__ = ["Claims", "Imported", "Pack", "PackManifest", "export_pack", "import_pack", "open_pack", "read_pack"]
