-- The versions that the keyword index and the vectors in memory hold: of each document the one that
-- is searched, and the one that is about to take its place. Searches read only passages of the
-- first, so that a version is found from the moment it is published, and the one before until then.
create view indexed_version as
select
    version.id,
    version.document_id,
    version.media_type,
    document.folder,
    coalesce(version.title, document.title) as title,
    case when version.id = document.current_version_id then document.updated_at else now() end as updated_at
from document
join document_version as version on version.document_id = document.id
where document.deleted_at is null
  and (
    version.id = document.current_version_id
    or version.status = 'processing' and version.stage = 'publishing'
  );
