"""What merhan hears and reads of an utterance, normalised and cached."""
