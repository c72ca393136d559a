"""The rights of the demo's brands."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.viewer import as_viewer
from demo.times import ago
from enforcement.rights import actions as rights
from enforcement.rights import rules
from enforcement.rights.watch import watch


def tell(viewers):
    """Enter a mark or two of each brand; returns each owner's."""
    entered = {}
    rows = [
        ("owner@aurelia.example", "AURELIA", "018123456", "EU", "14, 18"),
        ("owner@aurelia.example", "AURELIA", "5123456", "US", "14, 18"),
        ("owner@northpeak.example", "NORTHPEAK", "4987654", "US", "25"),
        ("owner@kestrel.example", "KESTREL", "00003210987", "GB", "9"),
        ("owner@lumiere.example", "LUMIÈRE", "017654321", "EU", "3"),
        ("owner@tessella.example", "TESSELLA", "016111222", "EU", "28"),
    ]
    for who, name, number, jurisdiction, classes in rows:
        with ago(days=380), as_viewer(viewers[who]) as viewer:
            entered.setdefault(who, []).append(
                rights.enter(
                    kind="trademark",
                    name=name,
                    number=number,
                    jurisdiction=jurisdiction,
                    classes=rules.clean_classes(classes),
                    holder=viewer.organisation_name,
                    registered_on=date(2015, 5, 4),
                    expires_on=date(2035, 5, 4),
                    by=viewer,
                )
            )
    _rights_of_a_house(viewers["owner@aurelia.example"], entered["owner@aurelia.example"])
    return entered


def _rights_of_a_house(aurelia, marks):
    """What a legal team keeps: a Madrid mark one of whose designations lapsed, a design that ends soon, papers, customs."""
    today = timezone.localdate()
    with ago(days=300), as_viewer(aurelia) as viewer:
        madrid = rights.enter(
            kind="trademark", name="AURELIA (device)", number="1234567", jurisdiction="WO", classes=[14, 18, 25], holder="Aurelia SA",
            goods="14: watches, jewellery; 18: handbags, leather; 25: scarves, belts.", filed_on=date(2017, 2, 1), registered_on=date(2017, 9, 14),
            expires_on=date(2037, 9, 14), by=viewer,
        )  # fmt: skip
        for territory, classes in (("CN", [18]), ("JP", []), ("GB", []), ("EU", [])):
            rights.designate(
                madrid, territory=territory, state="registered", since=date(2018, 9, 14), until=date(2037, 9, 14), classes=classes, by=viewer
            )
        japan = madrid.protections.get(territory="JP")
        rights.set_status(japan, state="invalidated", since=date(2024, 3, 1), remark="Not used in three years", by=viewer)
        design = rights.enter(
            kind="design", name="Clasp “Corolla”", number="001234567-0001", jurisdiction="EU", holder="Aurelia SA", filed_on=date(2016, 12, 20),
            registered_on=date(2016, 12, 20), expires_on=today + timedelta(days=70), by=viewer,
        )  # fmt: skip
        rights.add_paper(marks[0], ContentFile(b"%PDF-1.4 certificate", name="EUTM-018123456.pdf"), kind="certificate", by=viewer)
        rights.add_paper(madrid, ContentFile(b"%PDF-1.4 certificate", name="WIPO-1234567.pdf"), kind="certificate", by=viewer)
        rights.record_at_customs(marks[0], authority="EU", number="FR-AFA-2025-0311", starts_on=today - timedelta(days=320),
                                 ends_on=today + timedelta(days=45), by=viewer)  # fmt: skip
        rights.record_at_customs(marks[1], authority="US", number="TMK 15-00123", starts_on=date(2016, 1, 10), ends_on=date(2035, 8, 4), by=viewer)
        rights.record_at_customs(madrid, authority="CN", number="T2019-88123", starts_on=date(2019, 6, 1), ends_on=date(2029, 6, 1), by=viewer)
    watch()
    return design
