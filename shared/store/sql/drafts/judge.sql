UPDATE drafts SET judgement = $2 WHERE id = $1
