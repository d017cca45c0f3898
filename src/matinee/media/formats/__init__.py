"""Custom formats at work: compiled once, asked of every release, carried in and out as the guides write them."""

from matinee.media.formats.compiled import Held, Matcher, compile_formats
from matinee.media.formats.subject import Subject

__all__ = ["Held", "Matcher", "Subject", "compile_formats"]
