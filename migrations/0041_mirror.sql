-- Folders whose files a collection mirrors.
create table followed_folder (
    id uuid primary key,
    collection_id uuid not null references collection on delete cascade,
    -- Absolute, without symbolic links: on the server, or where `footnote import --watch` runs.
    path text not null,
    -- Whether the server itself looks there; else a running `footnote import --watch` does.
    by_server boolean not null,
    looked_at timestamptz,
    -- What was wrong at the last look, in words.
    problem text,
    created_at timestamptz not null default now(),
    constraint followed_folder_key unique (collection_id, path)
);
create unique index followed_folder_one_by_server on followed_folder (collection_id) where by_server;

-- The files in them, as they were last taken in.
create table followed_file (
    folder_id uuid not null references followed_folder on delete cascade,
    -- Below the folder, separated by `/`.
    path text not null,
    size_bytes bigint not null,
    -- Nanoseconds since 1970, as the file system tells them.
    modified_ns bigint not null,
    -- Null where the document was deleted: the file is taken in again when it changes.
    document_id uuid references document on delete set null,
    primary key (folder_id, path)
);
create index followed_file_document_idx on followed_file (document_id);
