-- How many letters an author has mailed to a member of late.
CREATE INDEX outbox_of_member ON outbox (member, created);
