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
    -- The server that holds the lease: one that starts again takes back at once what it held.
    leased_by uuid,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index job_claim_idx on job (run_after, id) where state in ('queued', 'running');
create unique index job_one_per_version on job (version_id) where state in ('queued', 'running');

-- Tells the workers of every server, once the transaction is committed, that there is work.
create function announce_job() returns trigger
language plpgsql
as $$
begin
    notify job;
    return null;
end
$$;
create trigger job_announcement after insert or update of state on job
for each row when (new.state = 'queued') execute function announce_job();

-- Tells who watches a collection that the state of its documents has changed.
create function announce_progress() returns trigger
language plpgsql
as $$
begin
    perform pg_notify('progress', collection_id::text) from document where id = new.document_id;
    return null;
end
$$;
create trigger document_version_progress
after insert or update of status, stage, progress on document_version
for each row execute function announce_progress();
