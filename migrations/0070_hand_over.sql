-- How a question was read, how sure its answerer was, and questions that are handed to a person.

alter table message
    -- How the question was read where it wasn't read as it stands.
    add column read_as text[] not null default '{}',
    -- How likely it is that the sources carry an answer, 0 to 1, where it was estimated.
    add column confidence double precision;

alter table message
    -- What the question names and was answered from alone: documents or a collection, by name.
    add column narrowed_to text[] not null default '{}';

alter table review
    -- What the asker said when handing the question over, and when; null where nobody did.
    add column asked text,
    add column handed_over_at timestamptz;
