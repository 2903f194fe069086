alter table language_model
    -- How many answers a server has it write at once; null for any number.
    add column at_once integer constraint language_model_at_once_check check (at_once > 0);
