"""Fixtures of the lab's own tests."""

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from tests.lab_fixture import lab, lab_folder

__all__ = ["lab", "lab_folder"]


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    """Any client out there."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        yield client
