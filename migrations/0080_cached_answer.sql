-- Answers that may be given again. The text and what it stands on are the message's: an answer is
-- gone from here as soon as its message is, whoever asked for it.
create table cached_answer (
    message_id uuid primary key references message on delete cascade,
    -- SHA-256 of all that must be the same besides the question: the collections asked of, the
    -- model, the prompt, the conversation before.
    scope bytea not null,
    -- Stand-alone, and without what is the same in any way of writing it.
    question text not null,
    -- As it was written.
    asked text not null,
    -- Of the question, with the name of the embedding model; null where that was away.
    vector halfvec,
    embedder text,
    -- When its sources were looked for: what came later it can't have known.
    searched_at timestamptz not null,
    kept_at timestamptz not null default now(),
    constraint cached_answer_key unique (scope, question)
);
create index cached_answer_kept_idx on cached_answer (kept_at);

alter table message
    -- The message whose answer was given again, and when that was finished.
    add column cached_from uuid references message on delete set null,
    add column answered_at timestamptz;
create index message_cached_from_idx on message (cached_from) where cached_from is not null;
