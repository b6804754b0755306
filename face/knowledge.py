"""What is known, and who said so: graph, ways between entities, history, decisions and feedback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from ..core.errors import NotFoundError
from ..core.records import Decision, Link, StoredFact
from ..core.results import Conflict, Connection, History, Hit
from ..core.visibility import Seen, Visibility
from .opened import Opened

if TYPE_CHECKING:
    import networkx

    from ..generation.answer import Answer
    from ..kg.graph import EntityGraph
    from ..storage.rows import Feedback, StoredDecision


class Knowledge(Opened):
    """What a namespace knows."""

    def graph(self, **seen: Unpack[Seen]) -> networkx.MultiDiGraph[str]:
        """The knowledge graph: entities are nodes, facts are edges with the place that states them.

        Args:
            seen: which documents it is made of: filters, access, as_of as for `search`.
        """
        from ..kg.graph import to_networkx

        return self._views.over(Visibility.of(**seen), lambda view: to_networkx(view.knowledge))

    def adjacency(self) -> EntityGraph:
        """The graph as CSR arrays, at the newest revision: what fits where a networkx graph does not."""
        graph = self._adjacency
        graph.refresh()
        return graph

    def path(self, a: str, b: str, k: int = 3, **seen: Unpack[Seen]) -> tuple[Connection, ...]:
        """How two entities are connected: the k best ways, each step with the sentence that ties it.

        Args:
            a, b: entity ids, or names.
            seen: which documents: filters, access, as_of as for `search`.

        Returns:
            The ways, best first; none when nothing connects the two.

        Raises:
            QueryError: a name is ambiguous; the message lists what it may mean.
            NotFoundError: there is no such entity.
        """
        return self._views.over(Visibility.of(**seen), lambda view: view.searcher.path(a, b, k))

    async def apath(self, a: str, b: str, k: int = 3, **seen: Unpack[Seen]) -> tuple[Connection, ...]:
        """`path`, in a thread."""
        return await asyncio.to_thread(partial(self.path, a, b, k, **seen))

    def history(self, entity: str, predicate: str | None = None, **seen: Unpack[Seen]) -> History:
        """What the documents say of an entity over time: by predicate, the newest first, with the sources.

        Args:
            entity: an id, or a name in any of its forms.
            predicate: only facts with this one, such as "work for".
            seen: which documents: filters, access, as_of as for `search`.

        Raises:
            NotFoundError: nothing has this id or name.
            QueryError: several entities go by the name; the message lists them.
        """
        from ..kg.history import history

        return self._views.over(
            Visibility.of(**seen), lambda view: history(view.knowledge, entity, predicate)
        )

    def conflicts(self, **seen: Unpack[Seen]) -> tuple[Conflict, ...]:
        """Where documents give an entity two values of what has one at a time, the newer one first.

        Walks over all facts that are seen (filters, access, as_of as for `search`); for search and answers
        `SearchResult.conflicts` has those of what was found.
        """
        from ..kg.conflicts import find

        return self._views.over(
            Visibility.of(**seen), lambda view: find(view.knowledge.facts, view.knowledge.documents)
        )

    def decide(self, mention_id: str, entity_id: str, *, reason: str = "") -> StoredDecision:
        """Say which entity a stored mention means; it stands until `undo(mention_id)`.

        Raises:
            NotFoundError: there is no such mention or entity.
        """
        from ..kg.resolution import resolve

        self.store.entity(entity_id)
        self.store.override([Decision(mention_id, entity_id, 1.0, reason or "a person's word")])
        resolve(self.store)
        [stored] = self.store.decisions([mention_id])
        return stored

    def decisions(self) -> list[StoredDecision]:
        """What people decided, in order of mention id."""
        from ..storage.rows import DecisionKind

        return self.store.decisions(kind=DecisionKind.HUMAN)

    def feedback(
        self,
        target: Answer | Hit | Link | StoredFact | str,
        helpful: bool | None = None,
        note: str = "",
        author: str = "",
        correction: str | None = None,
        *,
        context: str = "",
    ) -> Feedback:
        """Keep a person's word on an answer, passage, link or fact; what it does to ranking is bounded.

        Args:
            target: what search, link or ask gave, or the id of one of this object's last 1,000 answers.
            correction: for a link the entity meant, or "NIL"; for an answer or fact what is right.
            context: the question that a passage was found for, or the text that a link stands in.

        Raises:
            QueryError: nothing is said, or the context is missing.
            NotFoundError: no recent answer has the id, or the target is not in the store any more.
        """
        from ..generation.feedback import word_on

        if isinstance(target, str):
            if target not in self._answers:
                raise NotFoundError(f"no recent answer has the id {target!r}: pass the Answer itself")
            target = self._answers[target]
        said = word_on(
            self.store,
            target,
            helpful=helpful,
            note=note,
            author=author,
            correction=correction,
            context=context,
        )
        return self.store.add_feedback(said)

    def feedbacks(self) -> list[Feedback]:
        """What people said, oldest first."""
        return self.store.feedback()

    def undo_feedback(self, feedback_id: str) -> bool:
        """Take a person's word back, with all that it did; False when there is none with that id."""
        return self.store.remove_feedback(feedback_id)

    def training_examples(self) -> Iterator[dict[str, Any]]:
        """What people said as training data, one JSON object each: questions with passages, links, facts."""
        from ..generation.feedback import examples

        return examples(self.store, self.store.feedback())
