"""Every entity, so that whoever imports the package knows all tables."""

from src.models.entities.folder import Folder as Folder
from src.models.entities.note import Note as Note
