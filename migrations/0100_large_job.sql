-- Large files take minutes to hours. They may not take every worker, so that small ones that come
-- later are not kept waiting for them.
alter table job add column is_large boolean not null default false;
