"""The face in pieces: each file is a part of what `KnowledgeBase` can do, over one open namespace.

Methods here parse, call a room and hand back what it gives: logic belongs in the rooms.
"""
