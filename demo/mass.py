"""A realistic mass around the story, set-based: what the benchmarks are run on.

Organisations, seats and spaces are made in the proportions of a coalition: each of 250 brands has a desk with listings, cases
shared now and then with one rival, and notices that go to the story's platforms through the story's analysts. The first fifty
are small and stay so: whatever a larger scale adds belongs to the two hundred others.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from coalition.access.viewer import as_system
from demo import membership_mass
from demo.cast import PASSWORD

ORGANISATIONS, SMALL, LISTINGS, CASES, NOTICES = 250, 50, 160_000, 2_000, 3_200

# Each statement fills one table from numbers; `lo` and `hi` are the organisations that it is about.
ORGANISING = [
    ("audiences of organisations", """
        INSERT INTO access_audience (kind, label)
        SELECT 'organisation', 'House ' || n FROM generate_series(%(lo)s, %(hi)s) n"""),
    ("desks", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'desk', 'desk of ' || a.label, 'AMBER+STRICT', a.id, now() - interval '400 days'
        FROM access_audience a WHERE a.kind = 'organisation' AND a.label ~ '^House \\d+$'
          AND substr(a.label, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("audiences of own people", """
        INSERT INTO access_audience (kind, label) SELECT 'office', 'House ' || n || ': its own people' FROM generate_series(%(lo)s, %(hi)s) n"""),
    ("offices", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'office', 'office of ' || a.label, 'AMBER+STRICT', a.id, now() - interval '400 days'
        FROM access_audience a WHERE a.kind = 'office' AND a.label ~ '^House \\d+: its own people$'
          AND substring(a.label from '\\d+')::int BETWEEN %(lo)s AND %(hi)s"""),
    ("grants on offices", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT s.id, s.owner_id, s.kind, 'lead', 'opened it', now() FROM access_space s JOIN access_audience a ON a.id = s.owner_id
        WHERE s.kind = 'office' AND a.label ~ '^House \\d+: its own people$' AND substring(a.label from '\\d+')::int BETWEEN %(lo)s AND %(hi)s"""),
    ("grants on desks", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT s.id, s.owner_id, s.kind, 'lead', 'opened it', now() FROM access_space s JOIN access_audience a ON a.id = s.owner_id
        WHERE s.kind = 'desk' AND a.label ~ '^House \\d+$' AND substr(a.label, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("audiences of those who look after the money", """
        INSERT INTO access_audience (kind, label) SELECT 'office', 'House ' || n || ': owner and finance' FROM generate_series(%(lo)s, %(hi)s) n"""),
    ("organisations", """
        INSERT INTO members_organisation (slug, name, prefix, category_id, country, about, sectors, audience_id, finance_id, people_id, desk_id, office_id, joined_on)
        SELECT 'house-' || substr(a.label, 7), a.label, 'H' || upper(lpad(to_hex(substr(a.label, 7)::int), 3, '0')),
               (SELECT id FROM members_category WHERE kind = 'brand'), 'FR', '', '', a.id, f.id, p.id, s.id, r.id, current_date - 400
        FROM access_audience a JOIN access_space s ON s.owner_id = a.id AND s.kind = 'desk'
        JOIN access_audience f ON f.kind = 'office' AND f.label = a.label || ': owner and finance'
        JOIN access_audience p ON p.kind = 'office' AND p.label = a.label || ': its own people'
        JOIN access_space r ON r.owner_id = p.id AND r.kind = 'office'
        WHERE a.label ~ '^House \\d+$' AND substr(a.label, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("members in good standing", """
        INSERT INTO access_audiencemember (audience_id, member_id, starts_at)
        SELECT (SELECT id FROM access_audience WHERE kind = 'members'), o.audience_id, now() - interval '400 days'
        FROM members_organisation o WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("people", """
        INSERT INTO accounts_person (password, email, name, is_active, joined_at, wants_email, wants_shortcuts, theme)
        SELECT %(password)s, 'house' || n || '@mass.example', 'Person ' || n, true, now(), false, true, 'auto'
        FROM generate_series(%(lo)s, %(hi)s) n"""),
    ("audiences of seats", """
        INSERT INTO access_audience (kind, label)
        SELECT 'seat', 'Person ' || n || ' · House ' || n FROM generate_series(%(lo)s, %(hi)s) n"""),
    ("seats", """
        INSERT INTO members_seat (person_id, organisation_id, role, title, audience_id, starts_at)
        SELECT p.id, o.id, 'owner', '', a.id, now() - interval '400 days'
        FROM generate_series(%(lo)s, %(hi)s) n JOIN accounts_person p ON p.email = 'house' || n || '@mass.example'
        JOIN members_organisation o ON o.slug = 'house-' || n
        JOIN access_audience a ON a.kind = 'seat' AND a.label = 'Person ' || n || ' · House ' || n"""),
    ("seats in organisations", """
        INSERT INTO access_audiencemember (audience_id, member_id, starts_at)
        SELECT o.audience_id, s.audience_id, now() - interval '400 days' FROM members_seat s JOIN members_organisation o ON o.id = s.organisation_id
        WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s
        UNION ALL
        SELECT unnest(ARRAY[o.finance_id, o.people_id]), s.audience_id, now() - interval '400 days' FROM members_seat s JOIN members_organisation o ON o.id = s.organisation_id
        WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("terms", """
        INSERT INTO members_term (organisation_id, tier_id, starts_on, ends_on, given_at)
        SELECT o.id, (SELECT id FROM members_tier WHERE slug = 'brand-full'), current_date - 400, current_date + 330, now() - interval '400 days'
        FROM members_organisation o WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("policies accepted", """
        INSERT INTO members_acceptance (policy_id, organisation_id, signatory, accepted_at)
        SELECT p.id, o.id, 'The board', now() - interval '400 days' FROM members_organisation o CROSS JOIN members_policy p
        WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("rights", """
        INSERT INTO rights_right (space_id, reference, kind, name, number, jurisdiction, holder, classes, goods, expires_on)
        SELECT o.desk_id, 'RM-' || o.id, 'trademark', upper(o.name), '9' || lpad(o.id::text, 6, '0'), 'US', o.name, ARRAY[25], '', '2035-01-01'
        FROM members_organisation o WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("where rights protect", """
        INSERT INTO rights_protection (space_id, right_id, territory, classes)
        SELECT r.space_id, r.id, r.jurisdiction, ARRAY[]::smallint[] FROM rights_right r JOIN members_organisation o ON o.desk_id = r.space_id
        WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("since when", """
        INSERT INTO rights_status (space_id, protection_id, state, since, until, remark, entered_at)
        SELECT p.space_id, p.id, 'registered', '2015-01-01', '2035-01-01', '', now() FROM rights_protection p
        JOIN members_organisation o ON o.desk_id = p.space_id
        WHERE o.slug LIKE 'house-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
]  # fmt: skip
WORKING = [
    ("listings", """
        INSERT INTO market_listing (space_id, platform_id, kind, key, key_version, address, canonical, title, seller_name, seller_key,
          brand, price, currency, quantity, country, image, sku, variant, first_seen_at, last_seen_at, taken_up_at)
        SELECT o.desk_id, (SELECT id FROM market_platform WHERE slug = p.slug), 'item', p.slug || ':item:' || (500000000 + n), 1,
          'https://' || p.slug || '.example/item/' || (500000000 + n), 'https://' || p.slug || '.example/item/' || (500000000 + n),
          (ARRAY['Watch','Bag','Jacket','Boots','Headphones','手袋','腕表','冲锋衣'])[1 + n %% 8] || ' model ' || (n %% 9973),
          (ARRAY['金龙皮具专营店','Golden Lotus','蓝鸟户外','BestDeals','Parcel Shop'])[1 + n %% 5] || ' ' || (n %% 811),
          p.slug || ':shop ' || (n %% 811), '', 10 + n %% 90, 'USD', 1 + n %% 300, '', '', '', '', now() - (n %% 300) * interval '1 day',
          now() - (n %% 60) * interval '1 day', CASE WHEN n %% 5 = 0 THEN now() END
        FROM generate_series(%(listing_lo)s, %(listing_hi)s) n
        JOIN members_organisation o ON o.slug = 'house-' || (%(lo)s + n %% (%(hi)s - %(lo)s + 1))
        CROSS JOIN LATERAL (SELECT (ARRAY['bazaar','bazaar-global','kiosk'])[1 + n %% 3] AS slug) p"""),
    ("search entries of listings", """
        INSERT INTO search_searchentry (space_id, kind, subject_type, subject_id, title, detail, address, words, changed_at)
        SELECT l.space_id, 'listing', 'market.listing', l.id, l.title, l.seller_name || ' · ' || l.key, '/enforcement/listings/' || l.id || '/',
          search_words(l.title, l.seller_name, l.canonical, l.space_id, 'desk'), now()
        FROM market_listing l WHERE l.id > %(last_listing)s"""),
    ("spaces of cases", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'case', 'MC-' || n, 'AMBER', o.audience_id, now() - (n %% 300) * interval '1 day'
        FROM generate_series(%(case_lo)s, %(case_hi)s) n JOIN members_organisation o ON o.slug = 'house-' || (%(lo)s + n %% (%(hi)s - %(lo)s + 1))"""),
    ("grants on cases: the owner, one rival in three, the analysts", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT s.id, s.owner_id, s.kind, 'lead', 'opened it', s.opened_at FROM access_space s WHERE s.kind = 'case' AND s.label LIKE 'MC-%%'
          AND substr(s.label, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s
        UNION ALL
        SELECT s.id, r.audience_id, s.kind, 'contribute', 'invited', s.opened_at FROM access_space s
        JOIN members_organisation r ON r.slug = 'house-' || (%(lo)s + (substr(s.label, 4)::int + 1) %% (%(hi)s - %(lo)s + 1))
        WHERE s.kind = 'case' AND s.label LIKE 'MC-%%' AND substr(s.label, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s
          AND substr(s.label, 4)::int %% 3 = 0
        UNION ALL
        SELECT s.id, t.id, s.kind, 'read', 'the coalition’s analysts', s.opened_at FROM access_space s CROSS JOIN access_audience t
        WHERE t.kind = 'team' AND t.label = 'Coalition analysts' AND s.kind = 'case' AND s.label LIKE 'MC-%%' AND substr(s.label, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("cases", """
        INSERT INTO cases_case (space_id, reference, title, summary, tags, state, stage, outcome, pap, asked_mark, owner_id, opened_by_id, opened_at, changed_at)
        SELECT s.id, s.label, 'Seller ' || (substr(s.label, 4)::int %% 811) || ' 金龙', '', ARRAY['tag ' || substr(s.label, 4)::int %% 97], 'open',
          (ARRAY['new', 'looking', 'acting', 'watching'])[1 + substr(s.label, 4)::int %% 4], '', 'CLEAR', '', s.owner_id, s.owner_id, s.opened_at, s.opened_at
        FROM access_space s WHERE s.kind = 'case' AND s.label LIKE 'MC-%%' AND substr(s.label, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("listings in cases", """
        INSERT INTO cases_caselisting (space_id, case_id, listing_id, brought_by_id, platform_id, key, address, title, seller_name, seller_key,
          price, currency, added_at, verified_at, verified_by_id)
        SELECT c.space_id, c.id, l.id, c.owner_id, l.platform_id, l.key, l.address, l.title, l.seller_name, l.seller_key, l.price, l.currency, now(),
          now(), c.owner_id
        FROM cases_case c JOIN members_organisation o ON o.audience_id = c.owner_id
        CROSS JOIN LATERAL (SELECT * FROM market_listing m WHERE m.space_id = o.desk_id ORDER BY m.id LIMIT 20) l
        WHERE c.reference LIKE 'MC-%%' AND substr(c.reference, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("notes", """
        INSERT INTO cases_note (space_id, case_id, author_id, body, written_at)
        SELECT c.space_id, c.id, c.owner_id, 'Note ' || k, now() FROM cases_case c CROSS JOIN generate_series(1, 6) k
        WHERE c.reference LIKE 'MC-%%' AND substr(c.reference, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("tasks", """
        INSERT INTO cases_task (space_id, case_id, title, detail, owed_by_id, due_on, state, remark, added_by_id, added_for_id, added_at)
        SELECT c.space_id, c.id, 'Task ' || k, '', c.owner_id, current_date + 1 + (c.id %% 40)::int, 'open', '', c.owner_id, c.owner_id, now()
        FROM cases_case c CROSS JOIN generate_series(1, 2) k
        WHERE c.reference LIKE 'MC-%%' AND substr(c.reference, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("events of cases", """
        INSERT INTO activity_event (space_id, at, actor_id, organisation_id, verb, subject_type, subject_id, data)
        SELECT c.space_id, c.opened_at, c.owner_id, c.owner_id, 'case.opened', 'cases.case', c.id, jsonb_build_object('title', c.title)
        FROM cases_case c WHERE c.reference LIKE 'MC-%%' AND substr(c.reference, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("search entries of cases", """
        INSERT INTO search_searchentry (space_id, kind, subject_type, subject_id, title, detail, address, words, changed_at)
        SELECT c.space_id, 'case', 'cases.case', c.id, c.reference || ' ' || c.title, 'open', '/enforcement/cases/' || c.reference || '/',
          search_words(c.reference || ' ' || c.title, '', '', c.space_id, 'case'), now()
        FROM cases_case c WHERE c.reference LIKE 'MC-%%' AND substr(c.reference, 4)::int BETWEEN %(case_lo)s AND %(case_hi)s"""),
    ("spaces of notices", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'notice', 'MN-' || n, 'AMBER', o.audience_id, now() - (n %% 300) * interval '1 day'
        FROM generate_series(%(notice_lo)s, %(notice_hi)s) n JOIN members_organisation o ON o.slug = 'house-' || (%(lo)s + n %% (%(hi)s - %(lo)s + 1))"""),
    ("grants on notices: the principal, the analysts, and nine in ten the platform", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT s.id, s.owner_id, s.kind, 'lead', 'opened it', s.opened_at FROM access_space s WHERE s.kind = 'notice' AND s.label LIKE 'MN-%%'
          AND substr(s.label, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s
        UNION ALL
        SELECT s.id, t.id, s.kind, 'contribute', 'vets it', s.opened_at FROM access_space s CROSS JOIN access_audience t WHERE t.kind = 'team' AND t.label = 'Coalition analysts'
          AND s.kind = 'notice' AND s.label LIKE 'MN-%%' AND substr(s.label, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s
        UNION ALL
        SELECT s.id, o.audience_id, s.kind, 'contribute', 'addressed to it', s.opened_at FROM access_space s JOIN members_organisation o ON o.slug = 'bazaar'
        WHERE s.kind = 'notice' AND s.label LIKE 'MN-%%' AND substr(s.label, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s
          AND substr(s.label, 4)::int %% 10 > 0"""),
    ("notices", """
        INSERT INTO notices_notice (space_id, reference, principal_id, platform_id, programme_id, ground, right_text, right_jurisdiction, right_countries,
          statement,
          signatory, contact, recipient, recipient_country, in_good_faith, not_genuine, said, state, return_reason, item_count, decided_count, question_count, revision, drafted_by_id, drafted_at, submitted_by_id,
          submitted_at, sent_at, decided_at, due_at)
        SELECT s.id, s.label, o.id, (SELECT id FROM market_platform WHERE slug = 'bazaar'), (SELECT min(id) FROM programmes_programme),
          'counterfeit', upper(o.name), 'US', '{}', 'Not ours.', 'Somebody', '', '', '', true, true, '{}',
          CASE WHEN n %% 10 = 0 THEN 'vetting' WHEN n %% 20 = 1 THEN 'sent' ELSE 'decided' END, '', 20,
          CASE WHEN n %% 10 = 0 OR n %% 20 = 1 THEN 0 ELSE 20 END, 0, 1, s.owner_id, s.opened_at, s.owner_id, s.opened_at,
          CASE WHEN n %% 10 > 0 THEN s.opened_at END, CASE WHEN n %% 10 > 0 AND n %% 20 <> 1 THEN s.opened_at + interval '1 day' END,
          CASE WHEN n %% 10 = 0 OR n %% 20 = 1 THEN now() + (n %% 72) * interval '1 hour' END
        FROM access_space s CROSS JOIN LATERAL (SELECT substr(s.label, 4)::int AS n) x JOIN members_organisation o ON o.audience_id = s.owner_id
        WHERE s.kind = 'notice' AND s.label LIKE 'MN-%%' AND x.n BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("items of notices", """
        INSERT INTO notices_noticeitem (space_id, notice_id, listing_id, key, address, title, seller_name, seller_key, outcome, why, reason, territories,
          final, decisions, decided_at)
        SELECT v.space_id, v.id, l.id, l.key, l.address, l.title, l.seller_name, l.seller_key,
          CASE WHEN v.state <> 'decided' THEN 'pending' WHEN l.id %% 12 = 0 THEN 'rejected' ELSE 'removed' END,
          CASE WHEN v.state = 'decided' AND l.id %% 12 = 0 THEN 'evidence' ELSE '' END, '', '{}',
          CASE WHEN v.state <> 'decided' OR l.id %% 12 = 0 OR v.id %% 3 > 0 THEN '' WHEN l.id %% 10 = 1 AND v.decided_at > now() - interval '3 days'
            THEN 'open' WHEN l.id %% 50 = 1 THEN 'up' WHEN l.id %% 10 = 1 THEN 'down' ELSE '' END,
          CASE WHEN v.state = 'decided' THEN 1 ELSE 0 END, v.decided_at
        FROM notices_notice v JOIN members_organisation o ON o.id = v.principal_id
        CROSS JOIN LATERAL (SELECT * FROM market_listing m WHERE m.space_id = o.desk_id ORDER BY m.id LIMIT 20) l
        WHERE v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("decisions", """
        INSERT INTO notices_decision (space_id, item_id, number, outcome, why, reason, territories, decided_at)
        SELECT i.space_id, i.id, 1, i.outcome, i.why, '', '{}', i.decided_at FROM notices_noticeitem i JOIN notices_notice v ON v.id = i.notice_id
        WHERE i.decisions = 1 AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("disputes, ended and open", """
        INSERT INTO notices_dispute (space_id, item_id, kind, statement, raised_by_id, raised_at, due_at, ending, ended_at, signatory, evidence, reason,
          filed_with, filed_where, filed_number, concluded_at, result)
        SELECT i.space_id, i.id, 'counter_notice', 'It is genuine.', v.submitted_by_id, i.decided_at, i.decided_at + interval '4 days',
          CASE i.final WHEN 'open' THEN '' WHEN 'up' THEN 'lapsed' ELSE 'stood_behind' END,
          CASE i.final WHEN 'open' THEN NULL ELSE i.decided_at + interval '1 day' END, 'Somebody', 'A report.', '',
          '', '', '',
          CASE i.final WHEN 'open' THEN NULL ELSE i.decided_at + interval '2 days' END, CASE i.final WHEN 'open' THEN '' ELSE i.final END
        FROM notices_noticeitem i JOIN notices_notice v ON v.id = i.notice_id
        WHERE i.final <> '' AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("clocks that run against the analysts, the platform and principals", """
        INSERT INTO clocks_clock (space_id, policy_id, kind, subject_type, subject_id, label, address, owed_by_id, started_at, due_at, calendar,
          pause_reason, outcome)
        SELECT v.space_id, p.id, p.kind, 'notices.notice', v.id, 'Act on ' || v.reference, '/enforcement/notices/' || v.reference || '/',
          CASE v.state WHEN 'vetting' THEN (SELECT min(id) FROM access_audience WHERE kind = 'team' AND label = 'Coalition analysts')
                       ELSE (SELECT audience_id FROM members_organisation WHERE slug = 'bazaar') END, v.submitted_at, v.due_at, 'none', '', ''
        FROM notices_notice v JOIN clocks_clockpolicy p ON p.scope = '' AND p.kind = CASE v.state WHEN 'vetting' THEN 'vetting' ELSE 'platform_answer' END
        WHERE v.state IN ('vetting', 'sent') AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s
        UNION ALL
        SELECT d.space_id, p.id, p.kind, 'notices.dispute', d.id, 'Stand behind or withdraw', '/enforcement/notices/disputes/' || d.id || '/', v.submitted_by_id,
          d.raised_at, d.due_at, 'none', '', ''
        FROM notices_dispute d JOIN notices_noticeitem i ON i.id = d.item_id JOIN notices_notice v ON v.id = i.notice_id
        JOIN clocks_clockpolicy p ON p.scope = '' AND p.kind = 'stand_behind'
        WHERE d.ending = '' AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("events of notices", """
        INSERT INTO activity_event (space_id, at, actor_id, organisation_id, verb, subject_type, subject_id, data)
        SELECT v.space_id, v.submitted_at, v.drafted_by_id, v.drafted_by_id, verb, 'notices.notice', v.id, '{"count": 20, "outcome": "removed"}'
        FROM notices_notice v CROSS JOIN unnest(ARRAY['notice.approved', 'notice.answered']) verb WHERE v.state = 'decided'
          AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("inboxes of principals and of the platform", """
        INSERT INTO activity_inboxitem (space_id, audience_id, event_id, at, read_at)
        SELECT e.space_id, t.audience_id, e.id, e.at, CASE WHEN e.at < now() - interval '20 days' THEN now() END
        FROM activity_event e JOIN notices_notice v ON e.subject_type = 'notices.notice' AND v.id = e.subject_id
        JOIN members_organisation o ON o.slug = 'bazaar' OR o.id = v.principal_id JOIN members_seat t ON t.organisation_id = o.id AND t.ends_at IS NULL
        WHERE e.verb = CASE o.slug WHEN 'bazaar' THEN 'notice.approved' ELSE 'notice.answered' END
          AND v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
    ("search entries of notices", """
        INSERT INTO search_searchentry (space_id, kind, subject_type, subject_id, title, detail, address, words, changed_at)
        SELECT v.space_id, 'notice', 'notices.notice', v.id, v.reference, '', '/enforcement/notices/' || v.reference || '/',
          search_words(v.reference, o.name, '', v.space_id, 'notice'), now()
        FROM notices_notice v JOIN members_organisation o ON o.id = v.principal_id
        WHERE v.reference LIKE 'MN-%%' AND substr(v.reference, 4)::int BETWEEN %(notice_lo)s AND %(notice_hi)s"""),
]  # fmt: skip


def put(scale: int, write: Callable[[str], None]) -> None:
    """Add mass until there is `scale` times the base: N=1 then N=10 adds nine."""
    with transaction.atomic(), as_system("put the benchmark’s mass"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE reference LIKE 'MC-%%'")
        there = cursor.fetchone()[0] // CASES
    for number in range(there, scale):
        _one(number)
        write(f"mass {number + 1} of {scale}")


def _one(number: int) -> None:
    with transaction.atomic(), as_system("put the benchmark’s mass"), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM market_listing")
        span = {
            "lo": 1 if number == 0 else SMALL + 1, "hi": ORGANISATIONS, "password": make_password(PASSWORD), "last_listing": cursor.fetchone()[0],
            "listing_lo": number * LISTINGS, "listing_hi": (number + 1) * LISTINGS - 1,
            "case_lo": number * CASES, "case_hi": (number + 1) * CASES - 1,
            "notice_lo": number * NOTICES, "notice_hi": (number + 1) * NOTICES - 1,
        }  # fmt: skip
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for _name, statement in WORKING if number else ORGANISING + WORKING:
            cursor.execute(statement, span)
    membership_mass.put(number)
