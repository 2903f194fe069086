-- What may be read by whom, and the text of it.

create table collection (
    id uuid primary key,
    name text not null constraint collection_name_key unique,
    description text not null default '',
    visibility text not null
        constraint collection_visibility_check check (visibility in ('everyone', 'restricted')),
    -- Set for the product's own user guide, which follows the files it ships with.
    is_guide boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Filled when an admin deletes the product's own user guide, so that it stays deleted.
create table removed_guide (
    removed_at timestamptz not null default now()
);

create table collection_grant (
    collection_id uuid not null references collection on delete cascade,
    group_id uuid references user_group on delete cascade,
    account_id uuid references account on delete cascade,
    created_at timestamptz not null default now(),
    constraint collection_grant_one_grantee check (num_nonnulls(group_id, account_id) = 1),
    constraint collection_grant_key unique nulls not distinct (collection_id, group_id, account_id)
);
create index collection_grant_group_idx on collection_grant (group_id);
create index collection_grant_account_idx on collection_grant (account_id);

-- The collections that an account may read: the one place where this is decided.
-- Admins read everything, since they could grant it to themselves; the suspended read nothing.
create function readable_collection(reader uuid) returns setof uuid
language sql stable parallel safe
as $$
    select collection.id
    from account
    join collection on
        account.role = 'admin'
        or collection.visibility = 'everyone'
        or exists (
            select from collection_grant
            where collection_grant.collection_id = collection.id
              and (
                collection_grant.account_id = account.id
                or collection_grant.group_id in (
                    select group_member.group_id from group_member where group_member.account_id = account.id
                )
              )
        )
    where account.id = reader and account.suspended_at is null
$$;

-- An original as it was uploaded, kept under its hash in the data folder.
create table blob (
    sha256 bytea primary key,
    size_bytes bigint not null,
    created_at timestamptz not null default now()
);

create table document (
    id uuid primary key,
    collection_id uuid not null references collection on delete cascade,
    -- The caller's own name for it; one document per name and collection.
    external_id text,
    title text not null,
    filename text not null,
    -- The path in the uploaded folder, without the file's name; '' at the top.
    folder text not null default '',
    url text,
    -- What is searchable now. Moved by one update when a version is ready, never half.
    current_version_id uuid,
    -- Hidden from every reader from this moment on; the rest is removed after.
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint document_external_id_key unique (collection_id, external_id)
);
create index document_collection_idx on document (collection_id, id);
create index document_path_idx on document (collection_id, folder, filename);

create table document_version (
    id uuid primary key,
    document_id uuid not null references document on delete cascade,
    number integer not null,
    sha256 bytea not null references blob,
    media_type text not null,
    size_bytes bigint not null,
    status text not null default 'queued'
        constraint document_version_status_check
        check (status in ('queued', 'processing', 'ready', 'failed', 'superseded')),
    -- While processing: parsing, chunking, embedding, publishing.
    stage text,
    -- 0 to 1 over the whole of the processing.
    progress real not null default 0,
    error_code text,
    error_detail text,
    -- Raised at each claim of its job; writes of an older attempt change nothing.
    attempt integer not null default 0,
    -- As its uploader named it, else as it calls itself, which is known once it has been parsed.
    title text,
    text text,
    -- The structure of the text: [{kind, start, end, page}], offsets in Unicode scalar values.
    blocks jsonb,
    pages integer,
    language text,
    created_at timestamptz not null default now(),
    ready_at timestamptz,
    constraint document_version_number_key unique (document_id, number)
);
create index document_version_sha256_idx on document_version (sha256);

alter table document
    add constraint document_current_version_fkey
    foreign key (current_version_id) references document_version (id) on delete set null
    -- So that a restored backup can bring documents in before their versions.
    deferrable initially immediate;

create table chunk (
    id uuid primary key,
    version_id uuid not null references document_version on delete cascade,
    document_id uuid not null references document on delete cascade,
    collection_id uuid not null references collection on delete cascade,
    ordinal integer not null,
    heading_path text[] not null,
    page integer,
    text text not null,
    -- In Unicode scalar values of the version's text.
    char_start integer not null,
    char_end integer not null,
    token_count integer not null,
    language text,
    constraint chunk_ordinal_key unique (version_id, ordinal)
);
create index chunk_document_idx on chunk (document_id);

create table embedding_model (
    id smallint primary key generated always as identity,
    name text not null,
    -- The numeric mode: int8, fp32, or 'remote' for an endpoint.
    mode text not null,
    dimensions integer not null,
    -- 'filling' until every live chunk has a vector of it, then 'active'; one is active at a time.
    state text not null
        constraint embedding_model_state_check check (state in ('filling', 'active', 'retired')),
    created_at timestamptz not null default now(),
    constraint embedding_model_key unique (name, mode, dimensions)
);
create unique index embedding_model_one_active on embedding_model (state) where state = 'active';

-- Vectors of several models lie side by side and are never compared with one another;
-- each model has its own partial HNSW index, made when the model is first used.
create table embedding (
    chunk_id uuid not null references chunk on delete cascade,
    model_id smallint not null references embedding_model on delete cascade,
    collection_id uuid not null references collection on delete cascade,
    vector halfvec not null,
    primary key (chunk_id, model_id)
);
create index embedding_collection_idx on embedding (model_id, collection_id);

-- What the keyword index has still to take in. The index stores the last number it has applied
-- in its own commit. Writers hold the advisory lock of `push_index_change`, so that numbers
-- become visible in their order and a follower never passes one by.
create table index_change (
    seq bigint primary key generated always as identity,
    kind text not null constraint index_change_kind_check check (kind in ('publish', 'remove')),
    document_id uuid not null,
    version_id uuid,
    created_at timestamptz not null default now()
);

create function push_index_change(change_kind text, document uuid, version uuid) returns bigint
language plpgsql
as $$
declare
    pushed bigint;
begin
    perform pg_advisory_xact_lock(7306086893);
    insert into index_change (kind, document_id, version_id)
    values (change_kind, document, version)
    returning seq into pushed;
    perform pg_notify('index_change', pushed::text);
    return pushed;
end
$$;
