"""The membership's part of the benchmark's mass: N × 500 organisations with eight seats each, ten years of terms and invoices, applications.

Set-based, and true to the books: `check_books` finds nothing wrong in it.
"""

from __future__ import annotations

from django.db import connection, transaction

from coalition.access.viewer import as_system

ORGANISATIONS, SEATS, YEARS, APPLICATIONS = 500, 8, 10, 100
OURS = "o.slug LIKE 'guild-%%' AND substr(o.slug, 7)::int BETWEEN %(lo)s AND %(hi)s"

STATEMENTS = [
    ("audiences", """
        INSERT INTO access_audience (kind, label) SELECT CASE k WHEN '' THEN 'organisation' ELSE 'office' END, 'Guild ' || n || k
        FROM generate_series(%(lo)s, %(hi)s) n CROSS JOIN unnest(ARRAY['', ': owner and finance', ': its own people']) k"""),
    ("desks", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'desk', 'desk of ' || a.label, 'AMBER+STRICT', a.id, now() FROM access_audience a
        WHERE a.kind = 'organisation' AND a.label ~ '^Guild \\d+$' AND substr(a.label, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("offices", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'office', 'office of ' || a.label, 'AMBER+STRICT', a.id, now() FROM access_audience a
        WHERE a.kind = 'office' AND a.label ~ '^Guild \\d+: its own people$' AND substring(a.label from '\\d+')::int BETWEEN %(lo)s AND %(hi)s"""),
    ("organisations", """
        INSERT INTO members_organisation (slug, name, prefix, category_id, country, about, sectors, audience_id, finance_id, people_id, desk_id, office_id, joined_on)
        SELECT 'guild-' || substr(a.label, 7), a.label, 'G' || (SELECT string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1 + substr(a.label, 7)::int / power %% 36, 1), '' ORDER BY power DESC)
                 FROM unnest(ARRAY[1296, 36, 1]) power),
          (SELECT id FROM members_category WHERE kind = (ARRAY['brand', 'platform', 'professional', 'association'])[1 + substr(a.label, 7)::int %% 4]),
          (ARRAY['FR', 'DE', 'GB', 'US', 'CN'])[1 + substr(a.label, 7)::int %% 5], '', '', a.id, f.id, p.id, s.id, r.id, current_date - 3650 + substr(a.label, 7)::int %% 300
        FROM access_audience a JOIN access_space s ON s.owner_id = a.id AND s.kind = 'desk'
        JOIN access_audience f ON f.kind = 'office' AND f.label = a.label || ': owner and finance'
        JOIN access_audience p ON p.kind = 'office' AND p.label = a.label || ': its own people'
        JOIN access_space r ON r.owner_id = p.id AND r.kind = 'office'
        WHERE a.kind = 'organisation' AND a.label ~ '^Guild \\d+$' AND substr(a.label, 7)::int BETWEEN %(lo)s AND %(hi)s"""),
    ("cards", """
        INSERT INTO directory_organisationcard (organisation_id, website, sectors, jurisdictions, marketplaces, expertise)
        SELECT o.id, '', ARRAY['Sector ' || o.id %% 12], ARRAY[o.country], ARRAY['Marketplace ' || o.id %% 9], ARRAY['Expertise ' || o.id %% 15]
        FROM members_organisation o WHERE """ + OURS),
    ("people", """
        INSERT INTO accounts_person (password, email, name, is_active, joined_at, wants_email, wants_shortcuts, theme)
        SELECT '!', 'guild' || n || '-' || k || '@mass.example', 'Member ' || n || ' ' || k, true, now(), false, true, 'auto'
        FROM generate_series(%(lo)s, %(hi)s) n CROSS JOIN generate_series(1, %(seats)s) k"""),
    ("audiences of seats", """
        INSERT INTO access_audience (kind, label) SELECT 'seat', 'Member ' || n || ' ' || k || ' · Guild ' || n
        FROM generate_series(%(lo)s, %(hi)s) n CROSS JOIN generate_series(1, %(seats)s) k"""),
    ("seats", """
        INSERT INTO members_seat (person_id, organisation_id, role, title, audience_id, starts_at)
        SELECT p.id, o.id, CASE k WHEN 1 THEN 'owner' WHEN 2 THEN 'finance' ELSE 'member' END, '', a.id, now() - interval '400 days'
        FROM generate_series(%(lo)s, %(hi)s) n CROSS JOIN generate_series(1, %(seats)s) k
        JOIN accounts_person p ON p.email = 'guild' || n || '-' || k || '@mass.example' JOIN members_organisation o ON o.slug = 'guild-' || n
        JOIN access_audience a ON a.kind = 'seat' AND a.label = 'Member ' || n || ' ' || k || ' · Guild ' || n"""),
    ("who belongs where", """
        INSERT INTO access_audiencemember (audience_id, member_id, starts_at, ends_at)
        SELECT o.audience_id, s.audience_id, s.starts_at, NULL::timestamptz FROM members_seat s JOIN members_organisation o ON o.id = s.organisation_id WHERE """ + OURS + """
        UNION ALL
        SELECT o.people_id, s.audience_id, s.starts_at, NULL FROM members_seat s JOIN members_organisation o ON o.id = s.organisation_id WHERE """ + OURS + """
        UNION ALL
        SELECT o.finance_id, s.audience_id, s.starts_at, NULL FROM members_seat s JOIN members_organisation o ON o.id = s.organisation_id
        WHERE s.role IN ('owner', 'finance') AND """ + OURS + """
        UNION ALL
        SELECT m.id, o.audience_id, o.joined_on, CASE WHEN o.id %% 12 = 0 THEN now() - interval '20 days' ELSE current_date + 30 + (o.id %% 335)::int END
        FROM members_organisation o CROSS JOIN access_audience m WHERE m.kind = 'members' AND """ + OURS),
    ("policies accepted", """
        INSERT INTO members_acceptance (policy_id, organisation_id, signatory, accepted_at)
        SELECT p.id, o.id, 'The board', o.joined_on FROM members_organisation o CROSS JOIN members_policy p WHERE """ + OURS),
    ("terms: ten years, one in twelve not renewed", """
        INSERT INTO members_term (organisation_id, tier_id, starts_on, ends_on, given_at)
        SELECT o.id, (SELECT min(t.id) FROM members_tier t WHERE t.category_id = o.category_id), e.ends_on - 365 * (y + 1), e.ends_on - 365 * y, e.ends_on - 365 * (y + 1)
        FROM members_organisation o CROSS JOIN LATERAL (SELECT CASE WHEN o.id %% 12 = 0 THEN current_date - 20 ELSE current_date + 30 + (o.id %% 335)::int END AS ends_on) e
        CROSS JOIN generate_series(0, %(years)s - 1) y WHERE """ + OURS),
    ("rooms of accounts", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'account', 'Account of ' || o.name, 'AMBER+STRICT', t.id, now() FROM members_organisation o CROSS JOIN access_audience t
        WHERE t.kind = 'team' AND t.label = 'Treasury' AND """ + OURS),
    ("accounts", """
        INSERT INTO dues_account (space_id, organisation_id, name, address, country, tax_number, email, order_number, band_id)
        SELECT s.id, o.id, o.name, '', o.country, '', 'accounts@' || o.slug || '.example', '', (SELECT id FROM dues_band WHERE slug = '10_100')
        FROM members_organisation o JOIN access_space s ON s.kind = 'account' AND s.label = 'Account of ' || o.name WHERE """ + OURS),
    ("grants", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT o.desk_id, o.audience_id, 'desk', 'lead', 'opened it', now() FROM members_organisation o WHERE """ + OURS + """
        UNION ALL
        SELECT o.office_id, o.people_id, 'office', 'lead', 'opened it', now() FROM members_organisation o WHERE """ + OURS + """
        UNION ALL
        SELECT d.space_id, s.owner_id, 'account', 'lead', 'opened it', now() FROM dues_account d JOIN access_space s ON s.id = d.space_id
        JOIN members_organisation o ON o.id = d.organisation_id WHERE """ + OURS + """
        UNION ALL
        SELECT d.space_id, o.finance_id, 'account', 'read', 'its own account', now() FROM dues_account d JOIN members_organisation o ON o.id = d.organisation_id WHERE """ + OURS),
    ("invoices: one a term, twenty-one per cent tax where it is due", """
        INSERT INTO dues_invoice (space_id, number, kind, account_id, organisation_id, reason, issued_on, due_on, late_from, currency, net, tax_percent, tax_words,
          tax, total, billed_to, issuer, reference, layout, posted_at)
        SELECT d.space_id, 'M' || t.id, 'invoice', d.id, o.id, '', t.starts_on - 60, t.starts_on, t.starts_on + 31, 'EUR', 4000, 0, '', 0, 4000,
          jsonb_build_object('name', o.name, 'address', '', 'country', o.country, 'tax_number', '', 'order_number', ''),
          jsonb_build_object('name', 'The Coalition', 'address', '', 'country', 'BE', 'tax_number', '', 'iban', '', 'bic', '', 'bank', '', 'email', ''),
          'RF00M' || t.id, 1, t.starts_on - 60
        FROM members_term t JOIN members_organisation o ON o.id = t.organisation_id JOIN dues_account d ON d.organisation_id = o.id WHERE """ + OURS),
    ("lines", """
        INSERT INTO dues_invoiceline (space_id, invoice_id, position, text, starts_on, ends_on, net)
        SELECT i.space_id, i.id, 1, 'Membership', i.due_on, i.due_on + 365, i.net FROM dues_invoice i JOIN members_organisation o ON o.id = i.organisation_id WHERE """ + OURS),
    ("charges", """
        INSERT INTO dues_termcharge (space_id, invoice_id, term_id)
        SELECT i.space_id, i.id, substr(i.number, 2)::bigint FROM dues_invoice i JOIN members_organisation o ON o.id = i.organisation_id WHERE """ + OURS),
    ("payments of all but the last of one in eight", """
        INSERT INTO dues_payment (space_id, account_id, received_on, amount, currency, method, reference, key, reason, recorded_at)
        SELECT i.space_id, i.account_id, i.due_on - 5, i.total, 'EUR', 'bank', i.reference, 'mass:' || i.number, '', i.due_on - 5
        FROM dues_invoice i JOIN members_organisation o ON o.id = i.organisation_id
        WHERE NOT (o.id %% 8 = 3 AND i.due_on = (SELECT max(l.due_on) FROM dues_invoice l WHERE l.organisation_id = o.id)) AND """ + OURS),
    ("allocations", """
        INSERT INTO dues_allocation (space_id, invoice_id, payment_id, amount, posted_on)
        SELECT i.space_id, i.id, p.id, i.total, p.received_on FROM dues_invoice i JOIN dues_payment p ON p.key = 'mass:' || i.number
        JOIN members_organisation o ON o.id = i.organisation_id WHERE """ + OURS),
    ("open items", """
        INSERT INTO dues_openitem (space_id, invoice_id, organisation_id, amount, currency, due_on)
        SELECT i.space_id, i.id, o.id, i.total, i.currency, i.due_on FROM dues_invoice i JOIN members_organisation o ON o.id = i.organisation_id
        WHERE NOT EXISTS (SELECT FROM dues_allocation a WHERE a.invoice_id = i.id) AND """ + OURS),
    ("rooms of applications", """
        INSERT INTO access_space (kind, label, tlp, owner_id, opened_at)
        SELECT 'application', 'MM-' || n, 'AMBER+STRICT', o.audience_id, now() FROM generate_series(%(application_lo)s, %(application_hi)s) n
        JOIN members_organisation o ON o.slug = 'coalition'"""),
    ("grants on them", """
        INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at)
        SELECT s.id, s.owner_id, s.kind, 'lead', 'opened it', now() FROM access_space s
        WHERE s.kind = 'application' AND s.label LIKE 'MM-%%' AND substr(s.label, 4)::int BETWEEN %(application_lo)s AND %(application_hi)s"""),
    ("applications", """
        INSERT INTO applications_application (space_id, key, reference, category_id, name, country, registration, email, answers, state, said, reply, started_at,
          changed_at, submitted_at, round, changed_steps)
        SELECT s.id, gen_random_uuid(), s.label, c.id, 'Applicant ' || substr(s.label, 4), 'FR', s.label, 'x@mass.example', '{}',
          (ARRAY['submitted', 'vetting', 'review', 'declined', 'rejected', 'withdrawn'])[1 + substr(s.label, 4)::int %% 6], '', '', now(), now(), now(), 1, '[]'
        FROM access_space s JOIN members_category c ON c.kind = 'brand'
        WHERE s.kind = 'application' AND s.label LIKE 'MM-%%' AND substr(s.label, 4)::int BETWEEN %(application_lo)s AND %(application_hi)s"""),
]  # fmt: skip


def put(number: int) -> None:
    """Add the part of one N."""
    with transaction.atomic(), as_system("put the membership’s mass"), connection.cursor() as cursor:
        span = {
            "lo": number * ORGANISATIONS + 1, "hi": (number + 1) * ORGANISATIONS, "seats": SEATS, "years": YEARS,
            "application_lo": number * APPLICATIONS, "application_hi": (number + 1) * APPLICATIONS - 1,
        }  # fmt: skip
        for _name, statement in STATEMENTS:
            cursor.execute(statement, span)
