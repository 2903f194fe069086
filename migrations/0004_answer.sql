-- Questions, answers as they are written, and what people say of them.

create table conversation (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    title text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index conversation_account_idx on conversation (account_id, updated_at desc, id);

create table message (
    id uuid primary key,
    conversation_id uuid not null references conversation on delete cascade,
    ordinal integer not null,
    question text not null,
    -- The collections asked of; null for all that the asker may read.
    collections uuid[],
    answer text not null default '',
    state text not null default 'writing'
        constraint message_state_check check (state in ('writing', 'done', 'stopped', 'failed', 'withdrawn')),
    abstained boolean not null default false,
    -- [{start, end, refs, support, score}], offsets in Unicode scalar values of the answer.
    sentences jsonb not null default '[]',
    model text not null,
    prompt_version text not null,
    cache text not null default 'miss'
        constraint message_cache_check check (cache in ('miss', 'exact', 'semantic')),
    error jsonb,
    prompt_tokens integer,
    completion_tokens integer,
    cost_usd double precision,
    search_ms double precision,
    first_token_ms double precision,
    total_ms double precision,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint message_ordinal_key unique (conversation_id, ordinal)
);

-- The passages an answer was offered. Shown only to who may still read their collection.
create table message_source (
    message_id uuid not null references message on delete cascade,
    ref integer not null,
    collection_id uuid not null references collection on delete cascade,
    document_id uuid not null references document on delete cascade,
    version_id uuid not null,
    chunk_id uuid not null,
    external_id text,
    title text not null,
    heading_path text[] not null,
    page integer,
    quote text not null,
    char_start integer not null,
    char_end integer not null,
    document_updated_at timestamptz not null,
    primary key (message_id, ref)
);
create index message_source_document_idx on message_source (document_id);

-- An answer as it was written, event by event. Replayed to who reconnects.
create table answer_event (
    message_id uuid not null references message on delete cascade,
    seq integer not null,
    event jsonb not null,
    created_at timestamptz not null default now(),
    primary key (message_id, seq)
);

create table feedback (
    message_id uuid not null references message on delete cascade,
    account_id uuid not null references account on delete cascade,
    rating text not null constraint feedback_rating_check check (rating in ('up', 'down')),
    reason text,
    comment text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (message_id, account_id)
);

-- Answers that somebody should look at, and what they said.
create table review (
    id uuid primary key,
    message_id uuid not null references message on delete cascade constraint review_message_key unique,
    -- Why it was opened: rated_down, unsupported, handed_over.
    cause text not null,
    state text not null default 'open'
        constraint review_state_check check (state in ('open', 'approved', 'corrected', 'rejected')),
    note text,
    correction text,
    resolved_by uuid references account on delete set null,
    resolved_at timestamptz,
    created_at timestamptz not null default now()
);
create index review_state_idx on review (state, created_at);
