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

-- A space is a word too, and so is its kind (§ and ¶ never survive search_text): a viewer's search meets only the posting lists
-- of spaces they may enter, by name where those are few and by kind where they are many.
CREATE OR REPLACE FUNCTION search_words(title text, detail text, body text, space bigint, space_kind text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('simple', search_text(title)), 'A')
      || setweight(to_tsvector('simple', search_text(detail)), 'B')
      || setweight(to_tsvector('simple', left(search_text(body), 200000)), 'C')
      || array_to_tsvector(ARRAY['§' || space, '¶' || space_kind])
$$;

-- Full text is not leakproof, so under row-level security it would never use its index. This function does, narrows by the
-- same predicate, and returns ids alone; the policy filters them again when the rows are read. Where a viewer's spaces of a kind
-- are many, at most some two thousand hits are ranked: a word that common is no search yet.
CREATE OR REPLACE FUNCTION search_ids(wanted tsquery, kinds text[], most integer)
RETURNS TABLE (entry_id bigint, rank real)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  mine bigint[] := access_audiences_of(access_viewer());
  few constant integer := 300;
  narrow text;
  is_wide boolean;
BEGIN
  SELECT string_agg(word, ' | '), bool_or(is_many) INTO narrow, is_wide FROM (
    SELECT cardinality(ids) > few AS is_many,
           CASE WHEN cardinality(ids) > few THEN quote_literal('¶' || kind)
                ELSE (SELECT string_agg(DISTINCT quote_literal('§' || one), ' | ') FROM unnest(ids) one) END AS word
    FROM (SELECT k.kind, ARRAY(SELECT g.space_id FROM access_grant g WHERE g.audience_id = ANY (mine) AND g.kind = k.kind
                               AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp()) LIMIT few + 1) AS ids
          FROM unnest(ARRAY['desk', 'office', 'case', 'side_room', 'notice', 'group', 'application', 'collection', 'account', 'mandate', 'ballot', 'card', 'house', 'record', 'proposal']) AS k(kind)) counted
    WHERE cardinality(ids) > 0) words;
  IF narrow IS NULL THEN RETURN; END IF;
  PERFORM set_config('gin_fuzzy_search_limit', CASE WHEN is_wide THEN '2000' ELSE '0' END, true);
  RETURN QUERY
    SELECT e.id, ts_rank(e.words, wanted)
    FROM search_searchentry e
    WHERE e.words @@ (wanted && narrow::tsquery)
      AND (SELECT true FROM access_entered a WHERE a.space_id = e.space_id LIMIT 1)
      AND (kinds IS NULL OR e.kind = ANY (kinds))
    ORDER BY 2 DESC, 1 DESC
    LIMIT most;
END $$;
