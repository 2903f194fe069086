-- What the text of a version is like, by which near-duplicates are found: the minima of the hashes
-- of its word shingles, and a hash for each band of them. Texts that share a band may be alike.
create table likeness (
    version_id uuid primary key references document_version on delete cascade,
    minima bigint[] not null,
    bands bigint[] not null
);
create index likeness_band_idx on likeness using gin (bands);

-- Documents whose texts are alike: copies, and older and newer editions. Each pair stands here once.
create table similar_document (
    document_id uuid not null references document on delete cascade,
    other_id uuid not null references document on delete cascade,
    -- The share of word shingles that both have, 0 to 1.
    similarity real not null,
    primary key (document_id, other_id),
    constraint similar_document_order_check check (document_id < other_id)
);
create index similar_document_other_idx on similar_document (other_id);
