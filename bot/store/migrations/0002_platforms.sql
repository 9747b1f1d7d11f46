-- Who belongs to a team: empty for whoever is in its channel, else the platform's id of a group.
ALTER TABLE team ADD COLUMN roster TEXT NOT NULL DEFAULT '';
