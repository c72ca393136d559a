-- Words as both sides of a search see them: compatibility forms folded, accents dropped, every Chinese, Japanese or Korean
-- character a word of its own (so that a phrase of them is a substring), and nothing but letters and digits.
CREATE OR REPLACE FUNCTION search_text(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    regexp_replace(
      regexp_replace(lower(normalize(coalesce(t, ''), NFKD)), '[\u0300-\u036f]', '', 'g'),
      '([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])', ' \1 ', 'g'),
    '[^[:alnum:]]+', ' ', 'g')
$$;

-- A space is a word too (§ never survives search_text), so that a narrow viewer's search meets only their own posting lists.
CREATE OR REPLACE FUNCTION search_words(title text, detail text, body text, space bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('simple', search_text(title)), 'A')
      || setweight(to_tsvector('simple', search_text(detail)), 'B')
      || setweight(to_tsvector('simple', left(search_text(body), 200000)), 'C')
      || array_to_tsvector(ARRAY['§' || space])
$$;

-- Full text is not leakproof, so under row-level security it would never use its index. This function does, narrows by the
-- same predicate, and returns ids alone; the policy filters them again when the rows are read.
CREATE OR REPLACE FUNCTION search_ids(wanted tsquery, kinds text[], most integer)
RETURNS TABLE (entry_id bigint, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public SET gin_fuzzy_search_limit = 2000 AS $$
DECLARE
  mine bigint[] := access_audiences_of(access_viewer());
  spaces bigint[];
  narrowed tsquery := wanted;
BEGIN
  -- Read no further than it takes to know whether they are few.
  spaces := ARRAY(SELECT g.space_id FROM access_grant g WHERE g.audience_id = ANY (mine)
                  AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp()) LIMIT 301);
  IF cardinality(spaces) = 0 THEN RETURN; END IF;
  IF cardinality(spaces) <= 300 THEN
    narrowed := wanted && (SELECT string_agg('''§' || s || '''', ' | ')::tsquery FROM (SELECT DISTINCT unnest(spaces) AS s) few);
  END IF;
  RETURN QUERY
    SELECT e.id, ts_rank(e.words, wanted)
    FROM search_searchentry e
    WHERE e.words @@ narrowed
      AND (SELECT true FROM access_entered a WHERE a.space_id = e.space_id LIMIT 1)
      AND (kinds IS NULL OR e.kind = ANY (kinds))
    ORDER BY 2 DESC, 1 DESC
    LIMIT most;
END $$;
