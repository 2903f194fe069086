-- Who may sign in, in which groups, with which tokens.

create extension if not exists vector;

create table account (
    id uuid primary key,
    -- Trimmed and lower-cased before it is stored.
    email text not null constraint account_email_key unique,
    role text not null constraint account_role_check check (role in ('employee', 'support', 'admin')),
    -- An argon2id PHC string; null until the person has set a password.
    password_hash text,
    -- Raised to end every session of the account: on a password change, on suspension.
    session_epoch integer not null default 0,
    suspended_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table user_group (
    id uuid primary key,
    name text not null constraint user_group_name_key unique,
    created_at timestamptz not null default now()
);

create table group_member (
    group_id uuid not null references user_group on delete cascade,
    account_id uuid not null references account on delete cascade,
    primary key (group_id, account_id)
);
create index group_member_account_idx on group_member (account_id);

-- An account as the server knows it: with the names of its groups, without its password.
create view account_with_groups as
select
    id, email, role, session_epoch, suspended_at is not null as suspended, created_at,
    coalesce(
        (
            select jsonb_agg(
                jsonb_build_object('id', user_group.id, 'name', user_group.name) order by user_group.name
            )
            from group_member
            join user_group on user_group.id = group_member.group_id
            where group_member.account_id = account.id
        ),
        '[]'
    ) as group_names
from account;

create table api_token (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    name text not null,
    -- SHA-256 of the token, which has 256 random bits of its own.
    token_hash bytea not null constraint api_token_hash_key unique,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_token_account_idx on api_token (account_id);

-- A link that may be used once: to set up the first admin, or to choose a password.
create table setup_link (
    token_hash bytea primary key,
    -- Null for the first admin, whose account the link creates.
    account_id uuid references account on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null default now()
);

-- Attempts to sign in that failed. Kept for a day, for e-mail addresses that have an account as for
-- those that have none.
create table failed_sign_in (
    email text not null,
    -- The network address that it came from.
    address text not null,
    at timestamptz not null default now()
);
create index failed_sign_in_email_idx on failed_sign_in (email, at);

-- From where an account was signed in to: there its owner isn't locked out by others' guessing.
create table familiar_address (
    account_id uuid not null references account on delete cascade,
    address text not null,
    last_used_at timestamptz not null default now(),
    primary key (account_id, address)
);

-- The table of tower-sessions' Postgres store, under the names it uses.
create schema if not exists tower_sessions;
create table tower_sessions.session (
    id text primary key not null,
    data bytea not null,
    expiry_date timestamptz not null
);
