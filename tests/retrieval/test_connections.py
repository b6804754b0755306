"""How two entities are connected."""

import itertools

import networkx
import pytest

from clew import Document
from clew.core.errors import NotFoundError, QueryError
from clew.retrieval.connect import MOST_STEPS
from clew.retrieval.ties import read_ties


@pytest.fixture
def kb(settled):
    return settled


def test_a_way_leads_from_one_end_to_the_other_over_quoted_sentences(kb):
    way = kb.path("Apple Inc.", "San Francisco")[0]
    assert way.names == ("Apple Inc.", "Steve Jobs", "San Francisco")
    assert [tie.target for tie in way.ties[:-1]] == [tie.source for tie in way.ties[1:]]
    for tie in way.ties:
        text = kb.store.document(tie.quote.document_id).text
        assert text[tie.quote.start : tie.quote.end] == tie.quote.text
    founded, born = way.ties
    assert (founded.kind, founded.predicate, founded.forward) == ("fact", "found", False)
    assert (born.kind, born.predicate, born.forward) == ("fact", "bear in", True)


def test_the_way_back_is_the_same_way_turned(kb):
    there, back = kb.path("Apple Inc.", "San Francisco"), kb.path("San Francisco", "Apple Inc.")
    assert [way.names for way in back] == [way.names[::-1] for way in there]
    assert [way.score for way in back] == pytest.approx([way.score for way in there])
    assert [t.forward for t in back[0].ties] == [not t.forward for t in reversed(there[0].ties)]


def test_ways_are_simple_distinct_best_first_and_their_scores_are_products(kb):
    ways = kb.path("Steve Jobs", "Steve Wozniak", 5)
    assert ways and [w.score for w in ways] == sorted((w.score for w in ways), reverse=True)
    assert len({w.names for w in ways}) == len(ways)
    for way in ways:
        assert len(set(way.names)) == len(way.names) <= MOST_STEPS + 1
        product = 1.0
        for tie in way.ties:
            product *= tie.weight
        assert way.score == pytest.approx(product)


def test_the_best_way_is_the_one_that_an_exhaustive_search_finds(kb):
    index = kb.retriever.projection.current()
    ties = read_ties(kb.store, index)
    graph = networkx.Graph()
    for node in range(len(ties.entities)):
        for other, weight, _ in zip(*ties.neighbours(node), strict=True):
            graph.add_edge(node, int(other), weight=float(weight))
    subjects = [ties.node[e.id] for e in ties.entities if e.documents]
    for a, b in itertools.combinations(subjects, 2):
        found = kb.path(ties.entities[a].id, ties.entities[b].id, 1)
        if not (a in graph and b in graph and networkx.has_path(graph, a, b)):
            assert found == ()
            continue
        best = max(
            networkx.path_weight(multiplied(graph), path, "log")
            for path in networkx.all_simple_paths(graph, a, b, cutoff=MOST_STEPS)
        )
        import math

        assert math.log(found[0].score) == pytest.approx(best, abs=1e-4)


def multiplied(graph):
    """The graph with the logarithm of each weight, so that a sum over edges is the product's."""
    import math

    for _, _, data in graph.edges(data=True):
        data["log"] = math.log(data["weight"])
    return graph


def test_what_is_not_connected_has_no_way_and_is_no_error(kb):
    assert kb.path("Apple Inc.", "Mercury (planet)") == ()
    assert kb.path("Apple Inc.", "Apple Inc.") == ()


def test_a_better_way_with_a_detour_is_not_shown_again(open_kb):
    kb = open_kb()
    kb.ingest(
        [
            Document("ada", "Ada Bell met Rolf Baum and Ida Kern in Delft.", "Ada Bell"),
            Document("rolf", "Rolf Baum was a printer in Delft. Ida Kern was his friend.", "Rolf Baum"),
        ]
    )
    for a, b in itertools.combinations(kb.path("Ada Bell", "Rolf Baum", 10), 2):
        rest = iter(b.names)
        assert not all(name in rest for name in a.names)


def test_a_hub_is_worth_less_than_a_rare_entity_on_the_way(open_kb):
    kb = open_kb()
    crowd = [Document(f"c{i}", f"Person{i} Vale lived in Delft.", f"Person{i} Vale") for i in range(12)]
    kb.ingest(
        [
            Document("ada", "Ada Bell lived in Delft. Ada Bell lived in Veere.", "Ada Bell"),
            Document("rolf", "Rolf Baum lived in Delft. Rolf Baum lived in Veere.", "Rolf Baum"),
            *crowd,
        ]
    )
    assert [way.names[1] for way in kb.path("Ada Bell", "Rolf Baum", 2)] == ["Veere", "Delft"]


@pytest.mark.parametrize(
    ("a", "b", "error", "message"),
    [
        ("Mercury", "Apple Inc.", QueryError, r"2 entities go by 'Mercury': Mercury .*\[\w+\]"),
        ("Apple Inc.", "Nobody", NotFoundError, "no entity has the id or the name 'Nobody'"),
        ("", "Apple Inc.", NotFoundError, "no entity"),
    ],
)
def test_a_name_that_means_several_or_none_is_an_error(kb, a, b, error, message):
    with pytest.raises(error, match=message):
        kb.path(a, b)


def test_a_k_below_one_is_an_error(kb):
    with pytest.raises(QueryError, match="k is 0"):
        kb.path("Apple Inc.", "Steve Jobs", 0)


async def test_the_same_from_an_event_loop(kb):
    assert await kb.apath("Apple Inc.", "San Francisco") == kb.path("Apple Inc.", "San Francisco")


def test_ties_count_facts_once_and_know_who_names_whom(kb):
    ties = kb.searcher.ties(kb.retriever.projection.current())
    assert all(0 < weight <= 1 for weight in ties.weights)
    jobs = next(node for node, e in enumerate(ties.entities) if e.name == "Steve Jobs")
    assert ties.spread[jobs] == 2
    others, weights, numbers = ties.neighbours(jobs)
    assert sorted(others.tolist()) == others.tolist() and jobs not in others
    for other, weight, number in zip(others.tolist(), weights.tolist(), numbers.tolist(), strict=True):
        back, same, its = ties.neighbours(other)
        at = back.tolist().index(jobs)
        assert (same[at], its[at]) == (pytest.approx(weight), number)
