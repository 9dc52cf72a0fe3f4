SELECT body FROM prompts WHERE hash = $1
