"""Text as people read it: markup to lines, tokens, language, word lists. Pure."""
