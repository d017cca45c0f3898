"""What of a selector the page library can find by itself, written in its own words."""

from matinee.engines.indexer.pages.css_terms import Attribute, Complex, Compound, Pseudo

# In HTML the library takes the values of these for words without case, as browsers do; definitions mean them exactly.
_CASELESS = frozenset(
    (
        "accept",
        "accept-charset",
        "align",
        "alink",
        "axis",
        "bgcolor",
        "charset",
        "checked",
        "clear",
        "codetype",
        "color",
        "compact",
        "declare",
        "defer",
        "dir",
        "direction",
        "disabled",
        "enctype",
        "face",
        "frame",
        "hreflang",
        "http-equiv",
        "lang",
        "language",
        "link",
        "media",
        "method",
        "multiple",
        "nohref",
        "noresize",
        "noshade",
        "nowrap",
        "readonly",
        "rel",
        "rev",
        "rules",
        "scope",
        "scrolling",
        "selected",
        "shape",
        "target",
        "text",
        "type",
        "valign",
        "valuetype",
        "vlink",
    )
)
_NATIVE_PSEUDOS = ("not", "is", "has", "empty")
_NTHS = ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type")


def exact_css(selector: Complex, *, nearly: bool = False, with_texts: bool = False) -> str | None:
    """The selector in the library's words; None where the library would not find exactly the same.

    `nearly` leaves out what only the last compound asks too much: the answer then holds more, never less.
    `with_texts` also hands `:contains` on; the library finds its text only where it stands in one piece.
    """
    if selector.parts[0][0]:
        return None
    words: list[str] = []
    for at, (combinator, compound) in enumerate(selector.parts):
        is_last = at == len(selector.parts) - 1
        word = _compound(compound, loose=nearly and is_last, with_texts=with_texts)
        if word is None or (not is_last and any(one.selectors or one.text for one in compound.pseudos)):
            return None  # before a combinator the library loses its way in brackets
        words.append(f" {combinator} {word}" if combinator.strip() else f"{combinator}{word}")
    return "".join(words)


def left_over(compound: Compound) -> Compound:
    """What of the last compound `exact_css(nearly=True)` does not ask, or not exactly."""
    if not _is_one_plain_tag(compound):
        return compound
    return Compound(
        (),
        tuple(one for one in compound.attributes if _attribute(one, loose=False) is None),
        tuple(one for one in compound.pseudos if _pseudo(one, compound.tags) is None),
    )


def seed_css(compound: Compound) -> str:
    """Words that one look at each element answers; whatever the compound means is among what they find."""
    return _compound(Compound(compound.tags, compound.attributes), loose=True) or "*"


def _compound(compound: Compound, *, loose: bool, with_texts: bool = False) -> str | None:
    if not _is_one_plain_tag(compound):
        return "*" if loose else None
    words = list(compound.tags)
    for attribute in compound.attributes:
        word = _attribute(attribute, loose=loose)
        if word is not None:
            words.append(word)
        elif not loose:
            return None
    for pseudo in compound.pseudos:
        word = _pseudo(pseudo, compound.tags, with_texts=with_texts)
        if word is not None:
            words.append(word)
        elif not loose:
            return None
    return "".join(words) or "*"


def _is_one_plain_tag(compound: Compound) -> bool:
    """Also where no tag is named at all."""
    return len(compound.tags) <= 1 and all(_is_plain(tag) for tag in compound.tags)


def _is_plain(name: str) -> bool:
    return name.isascii() and name.replace("-", "a").replace("_", "a").isalnum() and name[0].isalpha()


def _attribute(attribute: Attribute, *, loose: bool) -> str | None:
    if not _is_plain(attribute.name) or not all(sign.isprintable() for sign in attribute.value):
        return None
    if not attribute.operator:
        return f"[{attribute.name}]"
    is_cased = attribute.value.lower() != attribute.value.upper()
    if is_cased and not loose and attribute.name in _CASELESS and not attribute.ignores_case:
        return None
    if not attribute.value.isascii() and attribute.ignores_case:
        return None
    return f"[{attribute.name}{attribute.operator}{_quoted(attribute.value)}{' i' if attribute.ignores_case else ''}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pseudo(pseudo: Pseudo, tags: tuple[str, ...], *, with_texts: bool = False) -> str | None:
    if pseudo.name in _NTHS and not pseudo.selectors:
        if not tags or tags == ("html",):  # to the library the doctype is a sibling of the root
            return None
        return f":{pseudo.name}({pseudo.step}n{pseudo.start:+d})" if pseudo.step else f":{pseudo.name}({pseudo.start})"
    if pseudo.name == "empty":
        return ":empty"
    if pseudo.name == "contains" and with_texts and pseudo.text.isprintable():
        piece = f":lexbor-contains({_quoted(pseudo.text)})"  # of the element's own text alone
        return f":is({piece}, :has({piece}))"
    if pseudo.name not in _NATIVE_PSEUDOS:
        return None
    is_has = pseudo.name == "has"
    inner = [_relative(one) if is_has else exact_css(one, with_texts=with_texts) for one in pseudo.selectors]
    return f":{pseudo.name}({', '.join(word for word in inner if word)})" if all(inner) else None


def _relative(selector: Complex) -> str | None:
    if any(one.selectors for _, compound in selector.parts for one in compound.pseudos):
        return None  # in brackets inside brackets the library forgets what it has found
    leading = selector.parts[0][0]
    rest = exact_css(Complex((("", selector.parts[0][1]), *selector.parts[1:])))
    if rest is None or not leading.strip():
        return rest
    return f"{leading} {rest}"
