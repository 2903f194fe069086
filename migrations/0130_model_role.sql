-- What models are for: one that answers may also read follow-ups or check sentences, or do that alone.
alter table language_model
    add column roles text[] not null default '{answer}'
        constraint language_model_roles_check
        check (roles <@ '{answer,small,check}' and cardinality(roles) > 0);

alter table ledger_entry
    -- What the model was asked for; an answer has an entry for each.
    add column role text not null default 'answer'
        constraint ledger_entry_role_check check (role in ('answer', 'small', 'check'));

alter table message
    -- [{role, model, prompt_version}]: the models that helped with the answer besides the one that wrote it.
    add column aided_by jsonb not null default '[]';
