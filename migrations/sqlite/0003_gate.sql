-- The twin of the Postgres file of the same name: same tables, same columns; a test compares them.
-- What the gate and a judge leave behind. Only adds, so that the program before it goes on working.

-- How a body came to be: written, revised, fallback, edited.
ALTER TABLE drafts ADD COLUMN origin TEXT NOT NULL DEFAULT 'written';
UPDATE drafts SET origin = 'edited' WHERE author = 'human';
-- What a judge said about it, as JSON; null when none was asked.
ALTER TABLE drafts ADD COLUMN judgement TEXT;
