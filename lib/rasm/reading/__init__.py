"""Trained networks at work: logits, embeddings, what an answer rests on."""
