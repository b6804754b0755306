"""Text to knowledge: languages, sentences, passages, mentions, facts, names, identity, the graph.

Reading one document (`reader`) is a pure function of that document. What depends on others, which entity a
mention means, is decided afterwards (`resolution`), block by block: a block is everything seen under one
folded name, and its decision is a pure function of what it holds, so that order leaves no trace and a
deletion just decides again.
"""
