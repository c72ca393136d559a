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

-- Every word that stands in an entry, once or seldom twice, for beginnings to be looked up in: an index of words cannot say which
-- begin so without reading all their entries. No unique index, for two who bring the same new word would wait for each other. Long
-- numbers stay out: each is its own thing's, and a beginning of one is rare enough to be read as it is.
CREATE OR REPLACE FUNCTION search_learn_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO search_word (word)
  SELECT fresh.word FROM (SELECT DISTINCT lexeme COLLATE "C" AS word FROM added CROSS JOIN LATERAL unnest(added.words)) fresh
  WHERE fresh.word !~ '^([§¶]|[0-9]{6})' AND NOT EXISTS (SELECT FROM search_word known WHERE known.word = fresh.word);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER learn_added_words AFTER INSERT ON search_searchentry
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_learn_words();
CREATE OR REPLACE TRIGGER learn_changed_words AFTER UPDATE ON search_searchentry
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_learn_words();

-- A query with each beginning (*) spelled out as the words that begin so, where they are few enough; null where there is none, and
-- where all that begins so are the words themselves, which whoever asks has asked for. For search_ids alone: it says words of everybody's.
CREATE OR REPLACE FUNCTION search_spelled(wanted tsquery) RETURNS tsquery
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  few constant integer := 200;
  spelled text := wanted::text;
  beginning text;
  found text[];
BEGIN
  IF spelled NOT LIKE '%:*%' THEN RETURN wanted; END IF;
  FOR beginning IN SELECT DISTINCT m[1] FROM regexp_matches(spelled, '''([^'']+)'':\*', 'g') m LOOP
    CONTINUE WHEN beginning ~ '^[0-9]{6}';
    found := ARRAY(SELECT DISTINCT quote_literal(word) FROM search_word WHERE word >= beginning COLLATE "C"
                   AND word < (left(beginning, -1) || chr(ascii(right(beginning, 1)) + 1)) COLLATE "C" LIMIT few + 1);
    IF cardinality(found) = 0 THEN RETURN NULL; END IF;
    IF cardinality(found) <= few THEN
      spelled := replace(spelled, quote_literal(beginning) || ':*', '(' || array_to_string(found, ' | ') || ')');
    END IF;
  END LOOP;
  -- Compared as text: to PostgreSQL a word and its beginning are one.
  RETURN nullif(spelled::tsquery::text, replace(wanted::text, ':*', '')::tsquery::text)::tsquery;
END $$;
REVOKE EXECUTE ON FUNCTION search_spelled(tsquery) FROM PUBLIC;

-- Full text is not leakproof, so under row-level security it would never use its index. This function does, narrows by the
-- same predicate, and returns ids alone; the policy filters them again when the rows are read. Where a viewer's spaces of a kind
-- are many, at most some two thousand hits are ranked: a word that common is no search yet. What is wanted and where it may stand are
-- two conditions, for so the index skips from one to the other. `rooms` are the kinds of space there are.
DROP FUNCTION IF EXISTS search_ids(tsquery, text[], integer);
CREATE OR REPLACE FUNCTION search_ids(asked tsquery, kinds text[], most integer, rooms text[])
RETURNS TABLE (entry_id bigint, rank real)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  mine bigint[] := access_audiences_of(access_viewer());
  few constant integer := 300;
  wanted tsquery := search_spelled(asked);
  narrow tsquery;
  is_wide boolean;
BEGIN
  SELECT string_agg(word, ' | ')::tsquery, bool_or(is_many) INTO narrow, is_wide FROM (
    SELECT cardinality(ids) > few AS is_many,
           CASE WHEN cardinality(ids) > few THEN quote_literal('¶' || kind)
                ELSE (SELECT string_agg(DISTINCT quote_literal('§' || one), ' | ') FROM unnest(ids) one) END AS word
    FROM (SELECT k.kind, ARRAY(SELECT g.space_id FROM access_grant g WHERE g.audience_id = ANY (mine) AND g.kind = k.kind
                               AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp()) LIMIT few + 1) AS ids
          FROM unnest(rooms) AS k(kind)) counted
    WHERE cardinality(ids) > 0) words;
  IF narrow IS NULL OR wanted IS NULL THEN RETURN; END IF;
  PERFORM set_config('gin_fuzzy_search_limit', CASE WHEN is_wide THEN '2000' ELSE '0' END, true);
  IF wanted::text LIKE '%:*%' AND NOT is_wide THEN
    -- A beginning that very many words have is read in the viewer's own entries, for these are few, and not in everybody's: a vector
    -- to which nothing was joined is the same, and the index's no more.
    RETURN QUERY
      SELECT e.id, ts_rank(e.words, wanted)
      FROM search_searchentry e
      WHERE e.words @@ narrow AND (e.words || ''::tsvector) @@ wanted
        AND (SELECT true FROM access_entered a WHERE a.space_id = e.space_id LIMIT 1)
        AND (kinds IS NULL OR e.kind = ANY (kinds))
      ORDER BY 2 DESC, 1 DESC
      LIMIT most;
  ELSE
    RETURN QUERY
      SELECT e.id, ts_rank(e.words, wanted)
      FROM search_searchentry e
      WHERE e.words @@ narrow AND e.words @@ wanted
        AND (SELECT true FROM access_entered a WHERE a.space_id = e.space_id LIMIT 1)
        AND (kinds IS NULL OR e.kind = ANY (kinds))
      ORDER BY 2 DESC, 1 DESC
      LIMIT most;
  END IF;
END $$;
