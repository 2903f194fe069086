-- A file of an archive is a document of its own: `folder` begins with the archive's name, and it
-- comes and goes with the archive.
alter table document add column parent_id uuid references document on delete cascade;
create index document_parent_idx on document (parent_id) where parent_id is not null;
