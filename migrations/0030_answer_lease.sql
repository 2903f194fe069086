-- Several servers may write answers in one database: which one writes, and until when it is taken
-- for alive without a sign of it. Null for answers from before.
alter table message
    add column written_by uuid,
    add column leased_until timestamptz;
create index message_writing_idx on message (leased_until) where state = 'writing';
