"""What text transforms ask of language models: loading them, asking in batches, remembering what they said."""
