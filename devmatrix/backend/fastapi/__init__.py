"""The FastAPI target: what its patterns see of an application."""

from devmatrix.backend.fastapi.askable import unaskable
from devmatrix.backend.fastapi.render import Renderer
from devmatrix.backend.fastapi.render import render_application as render
from devmatrix.backend.fastapi.sql import CannotLower

__all__ = ["CannotLower", "Renderer", "render", "unaskable"]
