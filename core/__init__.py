"""What every room speaks of: records, errors, settings, text, progress.

- A **document** is a text with an id of the user's. It is read as **sentences**, grouped into **passages**,
  windows of whole sentences.
- A **mention** is a name seen at a place: an observation. Which **entity** it means is a **decision**, with
  a score, a reason and alternatives.
- A **fact** is subject, predicate and object as a sentence states them, with the place that states it.
- A **hit** is a passage found, with the reasons; a **citation** is a quotation that supports an answer.

Offsets are characters, end exclusive, and what they quote is equal to the stored text.
"""
