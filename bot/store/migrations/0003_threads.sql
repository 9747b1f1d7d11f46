-- Where a conversation goes on, by the platform's id of the message that begins its thread; NULL: anywhere there.
ALTER TABLE draft ADD COLUMN thread TEXT;
