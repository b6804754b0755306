"""Knowledge to evidence: from a question to passages, facts, entities and paths.

- **Base**: dense search (cosine of vectors) and lexical search (BM25), each stretched to 0..1 and summed.
- **Seed**: a passage about something that the question names.
- **Walk**: from the seeds, over sentences near to the question that name other things, to the passages
  about those.
- **Frontier**: the passages that the search stands on; what is added to the score starts from them.
- **View**: what one reader sees; an index of the visible documents alone, made from the whole one.

    score = base + 3 · (seed · base / max base + max(0, walk - seed)) + Σ weight · stretched term
            + 2 · direct + .4 · context + chain + feedback

`context` is what stands beside a passage in its thread, `chain` what it adds to those before it, `feedback`
what people said of it; the rest is told in `scoring`, `terms` and `chains`.

A search goes one of several ways (`searcher`, `ways`): passages by this recipe, facts first, around one
entity, or themes of the whole; `connect` finds ways between two entities. The last three walk the ties of
entities.

The index is a projection of the tables: it follows the change log and can be deleted at any time.
"""
