-- Language models that admins set up beside the one in the settings.
create table language_model (
    id uuid primary key,
    -- As it is asked for and shown.
    name text not null constraint language_model_name_key unique,
    base_url text not null,
    -- As the endpoint calls it.
    model text not null,
    -- Sealed with a key that isn't in the database, for this base_url alone.
    api_key bytea,
    context_tokens integer,
    -- US dollars for a million tokens; both or none.
    price_in double precision,
    price_out double precision,
    -- Outside of the organisation.
    is_external boolean not null,
    is_enabled boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint language_model_prices_check check ((price_in is null) = (price_out is null))
);

-- Other servers on the same database take in what was changed.
create function announce_model() returns trigger
language plpgsql
as $$
begin
    notify language_model;
    return null;
end
$$;
create trigger language_model_announcement after insert or update or delete on language_model
for each statement execute function announce_model();

alter table collection
    -- Who answers from it where nobody is named.
    add column model_id uuid references language_model on delete set null,
    -- Its passages never leave for an external model.
    add column stays_inside boolean not null default false;
