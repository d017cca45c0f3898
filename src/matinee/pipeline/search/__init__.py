"""All indexers of the house, asked as one: fast, never too often, and honest about who did not answer."""

from matinee.pipeline.search.answers import Answered, Found, Health, Seat, TestStep
from matinee.pipeline.search.filter import compile_filter
from matinee.pipeline.search.hub import Hub
from matinee.pipeline.search.merge import merged
from matinee.pipeline.search.questions import questions
from matinee.pipeline.search.rss import WantedIndex

__all__ = [
    "Answered",
    "Found",
    "Health",
    "Hub",
    "Seat",
    "TestStep",
    "WantedIndex",
    "compile_filter",
    "merged",
    "questions",
]
