"""An indexer with tags serves the titles that share one of them."""

from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate, terms_of
from matinee.pipeline.decide.decision import Reason


def indexer_shares_a_tag(one: Candidate, wanted: Wanted) -> Reason | None:
    """The indexer has no tags, or one of the title's."""
    tags = terms_of(one, wanted).tags
    if not tags or tags & wanted.tags:
        return None
    text = f"{one.release.indexer} is for titles tagged {' or '.join(sorted(tags))}"
    return Reason("tags", text, cure=f"tag {wanted.title.name} so, or take the tags from {one.release.indexer}")
