"""One file a step, `r0001_…`, `r0002_…`; the newest is `clew.storage.opening.HEAD`."""
