"""How quickly a page of 100 rows is read.

python -m tests.engines.indexer.pages.bench_page FILE.yml... [--rounds 30]
"""

import argparse
import statistics
import time
from pathlib import Path

from matinee.engines.indexer.language.reading import read_definition
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.variables import config_scope, query_scope, site_link
from matinee.engines.indexer.pages.reading import read_page
from matinee.media.indexing import Question
from tests.engines.indexer.pages.own_definition import NOW
from tests.engines.indexer.pages.sites import nexus_page, unit3d_answer


def milliseconds(file: Path, rounds: int = 30) -> list[float]:
    """Processor time of each reading of a NexusPHP table or a UNIT3D answer by this definition, sorted."""
    definition = read_definition(file.read_text(encoding="utf-8"), where=file.name)
    path = definition.search.paths[0]
    body = unit3d_answer(100) if path.response == "json" else nexus_page(100)
    link = site_link(definition)
    found = []
    for _ in range(rounds + 1):
        scope: Scope = query_scope(definition, config_scope(definition, {}, link, clock=lambda: NOW), Question())
        start = time.process_time()
        read_page(definition, body, path, Question(), scope, base_url=link, indexer="bench", priority=25, now=NOW)
        found.append((time.process_time() - start) * 1000)
    return sorted(found[1:])


def main() -> None:
    """Print the median and the best of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    for file in options.files:
        found = milliseconds(file, options.rounds)
        print(f"{file.stem:24} median {statistics.median(found):6.2f} ms, best {found[0]:6.2f} ms")


if __name__ == "__main__":
    main()
