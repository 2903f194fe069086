-- Work to be done in the background, enqueued in the transaction that gives rise to it.

create table job (
    id uuid primary key,
    kind text not null constraint job_kind_check check (kind in ('ingest', 'embed', 'purge')),
    -- What it is about: a version to ingest, a model to fill, a document to purge.
    version_id uuid references document_version on delete cascade,
    model_id smallint references embedding_model on delete cascade,
    document_id uuid,
    state text not null default 'queued'
        constraint job_state_check check (state in ('queued', 'running', 'done', 'dead')),
    attempt integer not null default 0,
    max_attempts integer not null default 5,
    run_after timestamptz not null default now(),
    -- A running job whose lease has run out may be claimed by another worker.
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index job_claim_idx on job (run_after, id) where state in ('queued', 'running');
create unique index job_one_per_version on job (version_id) where state in ('queued', 'running');
