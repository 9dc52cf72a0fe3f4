//! Tasks: typed input, prompt, JSON schema, parser and limits, under a name.
