-- What answers cost. An entry outlives its question: who deletes a conversation doesn't get back
-- what it cost.
create table ledger_entry (
    id uuid primary key,
    account_id uuid references account on delete set null,
    message_id uuid not null,
    model text not null,
    -- 'reserved' while the model is at work, with what it will take at a guess.
    outcome text not null
        constraint ledger_entry_outcome_check check (outcome in ('reserved', 'done', 'stopped', 'failed', 'cached')),
    prompt_tokens integer not null,
    completion_tokens integer not null,
    -- Null where the model's prices aren't known.
    cost_usd double precision,
    -- What the answer had cost that was given again.
    saved_usd double precision,
    at timestamptz not null default now()
);
create index ledger_entry_at_idx on ledger_entry (at);
create index ledger_entry_account_idx on ledger_entry (account_id, at);
create index ledger_entry_message_idx on ledger_entry (message_id);

-- Of which collections an answer was offered passages, each with its part of them; together 1.
create table ledger_share (
    entry_id uuid not null references ledger_entry on delete cascade,
    collection_id uuid not null,
    share double precision not null,
    primary key (entry_id, collection_id)
);

-- What may be spent in a day, in UTC.
create table budget (
    id uuid primary key,
    scope text not null
        constraint budget_scope_check check (scope in ('everybody', 'each_person', 'person', 'group')),
    account_id uuid references account on delete cascade,
    group_id uuid references user_group on delete cascade,
    usd_per_day double precision,
    tokens_per_day bigint,
    created_at timestamptz not null default now(),
    constraint budget_key unique nulls not distinct (scope, account_id, group_id),
    constraint budget_subject_check check ((scope = 'person') = (account_id is not null) and (scope = 'group') = (group_id is not null)),
    constraint budget_limit_check check (num_nonnulls(usd_per_day, tokens_per_day) > 0)
);

-- What is to be told of an answer besides its text: that a budget is nearly spent, or who stood in.
alter table message add column notice text;
