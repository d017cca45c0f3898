"""Mermaid as people write it is read for what it says."""

import pytest

from matinee.kernel.errors import Refused
from matinee.topology.mermaid_reader import read_mermaid

WRITTEN_BY_HAND = """
%% a comment
graph TB;
  a["A<br/>first"] -->|go| b([B]) --> c
  subgraph box [My Box]
    direction LR
    b
    d[D]
  end
  subgraph plain
    e
  end
  a -. watches .-> d
  d -.-> box
  classDef hot fill:#f00, stroke:#000
  class a,b hot
  linkStyle 0 stroke:red
"""


def test_a_graph_written_by_hand_is_understood() -> None:
    graph = read_mermaid(WRITTEN_BY_HAND)
    assert graph.direction == "TB"
    assert graph.nodes == {
        ("a", "A<br/>first", "box"),
        ("b", "B", "stadium"),
        ("c", "c", "box"),
        ("d", "D", "box"),
        ("e", "e", "box"),
    }
    assert graph.groups == {("box", "My Box", frozenset({"b", "d"})), ("plain", "plain", frozenset({"e"}))}
    assert graph.links == {
        ("a", "go", "b", "solid"),
        ("b", "", "c", "solid"),
        ("a", "watches", "d", "dotted"),
        ("d", "", "box", "dotted"),
    }
    assert graph.looks == {("hot", frozenset({"fill:#f00", "stroke:#000"}))}
    assert graph.wearers == {("a", "hot"), ("b", "hot")}


def test_order_does_not_matter() -> None:
    assert read_mermaid("graph LR\na-->b\nc-->d") == read_mermaid("graph LR\nc --> d\na --> b")


@pytest.mark.parametrize("line", ["a ==> b", "a -->", "???", "a --> b --", "end", "class x", "classDef", "subgraph"])
def test_a_line_that_is_not_understood_is_named_with_its_number(line: str) -> None:
    with pytest.raises(Refused, match="Mermaid line 2 is not understood"):
        read_mermaid(f"flowchart LR\n{line}")
