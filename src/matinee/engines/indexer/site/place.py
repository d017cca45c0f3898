"""One site as everything here needs it: its definition, its address, the owner's settings and the line to it."""

from contextlib import suppress
from dataclasses import dataclass

import httpx2

from matinee.engines.indexer.language.definition import Definition, ErrorBlock
from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.pages.css_matching import Node
from matinee.engines.indexer.site.document import Document, Missing
from matinee.engines.indexer.site.line import Line
from matinee.kernel.errors import Refused

_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Site:
    """`link` is the site's address, `scope` holds the owner's settings."""

    name: str
    definition: Definition
    link: str
    scope: Scope
    line: Line

    def at(self, path: str) -> str:
        """A path of the definition as an address."""
        return resolve(self.link, path)

    def page(self, answer: httpx2.Response) -> Document:
        """An answer as a page, in the alphabet of the site."""
        return self.document(answer.content, str(answer.url))

    def document(self, body: bytes, url: str) -> Document:
        """A body as a page; Refused, with the site's name, for one that cannot be read."""
        try:
            return Document(body, self.definition.encoding, url)
        except Refused as error:
            raise Refused(f"{self.name}: {error}") from error

    def refuse_errors(self, blocks: tuple[ErrorBlock, ...], page: Document, doing: str) -> None:
        """Refused with the site's own words when one of its error messages stands on the page."""
        for block in blocks:
            found = self._found(block, page)
            if found is None:
                continue
            words = page.text(found)
            if block.message is not None:
                with suppress(Missing):  # the message stands elsewhere today: the error's own text says enough
                    words = page.value(block.message, self.scope) or words
            raise Refused(f"{self.name}: {doing}: {' '.join(words.split())[:_LONGEST_WORDS] or 'it does not say why'}")

    def _found(self, block: ErrorBlock, page: Document) -> Node | None:
        try:
            return page.first(block.selector, self.scope)
        except (ValueError, Refused) as error:
            raise Refused(f"{self.name}: '{block.selector}' cannot be looked for: {error}") from error
