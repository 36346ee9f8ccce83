"""Finding passages: sentence embeddings, BM25, fusion and a calibrated refusal."""
