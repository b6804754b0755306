"""Where the work of an ingestion is done: in the caller's thread, or in processes beside it."""
