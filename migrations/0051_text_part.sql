-- The text of a version in parts of about a megabyte, so that nobody has to hold the whole of a huge
-- one. Most documents have one. A blank line lies between two parts.
create table text_part (
    version_id uuid not null references document_version on delete cascade,
    -- From 0.
    number integer not null,
    -- What comes before, in Unicode scalar values of the whole text, and in blocks.
    char_start integer not null,
    first_block integer not null,
    text text not null,
    char_count integer not null,
    -- The structure: [{kind, start, end, page}], offsets in Unicode scalar values of the part.
    blocks jsonb not null,
    block_count integer not null,
    primary key (version_id, number)
);

insert into text_part (version_id, number, char_start, first_block, text, char_count, blocks, block_count)
select id, 0, 0, 0, text, char_length(text), blocks, jsonb_array_length(blocks)
from document_version
where text is not null and blocks is not null;

-- Whether all parts and passages of it are stored.
alter table document_version add column is_cut boolean not null default false;
update document_version set is_cut = text is not null;
alter table document_version drop column text, drop column blocks;
