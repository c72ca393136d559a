-- What money says about standing: days and numbers, no amounts. By the owner's rights, because whoever judges standing may not
-- read the accounts. Everything counts from the end of the day on which it was posted.
CREATE OR REPLACE FUNCTION dues_facts(organisations bigint[])
RETURNS TABLE (organisation_id bigint, term_id bigint, starts_on date, ends_on date, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH ours AS (
    SELECT i.id, i.organisation_id, i.number, i.total, i.late_from FROM dues_invoice i
    WHERE i.organisation_id = ANY (organisations) AND i.kind = 'invoice'
  ), moves AS (
    SELECT o.id, o.late_from AS day, o.total AS owed FROM ours o
    UNION ALL
    SELECT a.invoice_id, greatest(a.posted_on, o.late_from), -a.amount FROM dues_allocation a JOIN ours o ON o.id = a.invoice_id
  ), balances AS (
    SELECT id, day, sum(sum(owed)) OVER (PARTITION BY id ORDER BY day) AS owed, lead(day) OVER (PARTITION BY id ORDER BY day) AS until
    FROM moves GROUP BY id, day
  ), charges AS (
    SELECT c.term_id, i.organisation_id, i.issued_on AS day, i.net AS charged FROM dues_termcharge c JOIN dues_invoice i ON i.id = c.invoice_id
    WHERE i.organisation_id = ANY (organisations)
    UNION ALL
    SELECT c.term_id, n.organisation_id, n.issued_on, -n.net FROM dues_termcharge c JOIN dues_invoice n ON n.credits_id = c.invoice_id
    WHERE n.organisation_id = ANY (organisations)
  ), charged AS (
    SELECT term_id, organisation_id, day, sum(sum(charged)) OVER (PARTITION BY term_id ORDER BY day) AS charged,
           lead(day) OVER (PARTITION BY term_id ORDER BY day) AS until
    FROM charges GROUP BY term_id, organisation_id, day
  )
  SELECT o.organisation_id, NULL::bigint, b.day, b.until, o.number FROM balances b JOIN ours o USING (id) WHERE b.owed > 0
  UNION ALL
  SELECT h.organisation_id, h.term_id, h.day, h.until, '' FROM charged h WHERE h.charged <= 0
  ORDER BY 1, 3
$$;
