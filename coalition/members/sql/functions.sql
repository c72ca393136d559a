-- What an organisation reads its agent reads; what is done is for the mandate to say, and whoever may open cases may work them.
-- An agent's seat is asked, whenever a viewer is built, whether its mandate holds now and what it gives. By the owner's rights,
-- because the mandate lies in a room and nobody is identified yet.
CREATE OR REPLACE FUNCTION members_mandate_holds(mandate bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.starts_on <= current_date AND m.ends_on > current_date AND (m.ended_on IS NULL OR m.ended_on > current_date)
    AND EXISTS (SELECT FROM members_organisation o JOIN members_category c ON c.id = o.category_id WHERE o.id = m.agent_id
                  AND (NOT c.is_member OR EXISTS (
                    SELECT FROM access_audiencemember a JOIN access_audience all_members ON all_members.id = a.audience_id AND all_members.kind = 'members'
                    WHERE a.member_id = o.audience_id AND a.starts_at <= statement_timestamp()
                      AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp()))))
  FROM members_mandate m WHERE m.id = mandate
$$;

CREATE OR REPLACE FUNCTION members_mandate_gives(mandate bigint, capability text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT capability = ANY (m.scope) OR capability IN ('see_enforcement', 'read_directory') OR (capability = 'work_case' AND 'open_case' = ANY (m.scope))
  FROM members_mandate m WHERE m.id = mandate
$$;
