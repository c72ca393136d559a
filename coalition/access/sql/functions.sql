-- The predicate, stated a second time, from the same tables. The identity is a transaction's `access.viewer`: the id of the
-- asking seat's audience (or of the public, for an anonymous visitor). Unset means nobody, and nobody belongs to nothing.

CREATE OR REPLACE FUNCTION access_audiences_of(viewer bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE mine(id) AS (
    SELECT viewer WHERE viewer IS NOT NULL
    UNION
    SELECT m.audience_id FROM access_audiencemember m JOIN mine ON m.member_id = mine.id
    WHERE m.starts_at <= statement_timestamp() AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp())
  )
  SELECT array(SELECT id FROM mine
               UNION
               SELECT a.id FROM access_audience a WHERE a.kind = 'public' AND viewer IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION access_viewer() RETURNS bigint
LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT nullif(current_setting('access.viewer', true), '')::bigint
$$;

-- The spaces the asker may enter, by the owner's rights, so that a policy can probe it without meeting the policy of the grants
-- themselves. It shows nobody's grants but the asker's own.
CREATE OR REPLACE VIEW access_entered AS
  SELECT g.space_id, g.role FROM access_grant g
  WHERE g.audience_id = ANY ((SELECT access_audiences_of(access_viewer()))::bigint[])
    AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp());

-- Whether nobody was ever let into a space: its opener may then write the first grant, and never again.
CREATE OR REPLACE FUNCTION access_is_bare(space bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT EXISTS (SELECT FROM access_grant WHERE space_id = space)
$$;

CREATE OR REPLACE FUNCTION access_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Everybody who is in an audience, as seat audiences: whom a grant lets in, whom an event may tell.
CREATE OR REPLACE FUNCTION access_seats_of(audiences bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public AS $$
  WITH RECURSIVE inside(id) AS (
    SELECT unnest(audiences)
    UNION
    SELECT m.member_id FROM access_audiencemember m JOIN inside ON m.audience_id = inside.id
    WHERE m.starts_at <= statement_timestamp() AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp())
  )
  SELECT a.id FROM inside JOIN access_audience a USING (id) WHERE a.kind = 'seat'
$$;
