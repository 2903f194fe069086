-- Each time that an admin paused the taking in of documents. It is paused while one is open.
create table ingest_pause (
    id uuid primary key,
    paused_by uuid references account on delete set null,
    paused_at timestamptz not null default now(),
    resumed_at timestamptz
);
create unique index ingest_pause_one_open on ingest_pause ((true)) where resumed_at is null;

-- Tells the workers that they may go on, and who watches the queue that it was steered.
create function announce_pause() returns trigger
language plpgsql
as $$
begin
    notify job;
    notify progress, 'queue';
    return null;
end
$$;
create trigger ingest_pause_announcement after insert or update on ingest_pause
for each row execute function announce_pause();

-- What waits, is worked on or failed is few beside what is ready, and is counted often.
create index document_version_unready_idx on document_version (status, document_id)
    where status in ('queued', 'processing', 'failed');
create index job_finished_idx on job (finished_at) where state in ('done', 'dead');
