import platform
import subprocess
import sys

import pytest

CHILD = """
import resource
from matinee.engines.usenet import memory

memory.keep_for_reuse()
for _ in range(50):
    articles = [bytearray(700_000) for _ in range(8)]
    del articles
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="how memory is kept is glibc's affair")
def test_the_memory_of_an_article_serves_the_next_one() -> None:
    def faults(code: str) -> int:
        return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert faults(CHILD) + 20_000 < faults(CHILD.replace("memory.keep_for_reuse()", ""))
