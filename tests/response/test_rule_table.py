"""The rule table: every rule, its source, and the numbers of the settings."""

import re
from dataclasses import replace

from tests.response.made import PLAIN
from tracker.references.criteria import CRITERIA
from tracker.response import rules, rules_page, rules_text
from tracker.response.assess import CITATIONS
from tracker.settings.response import OpenAtEnd
from tracker.settings.response_presets import RESPONSE_PRESETS


def test_the_rule_table_prints_every_rule_with_a_known_source() -> None:
    text = rules_text(PLAIN)
    keys = {citation.key for citation in CRITERIA}
    for rule in rules(PLAIN):
        assert f"| {rule.rule_id} |" in text
        assert rule.citation_key in keys
        assert "{" not in rule.when + rule.then
    assert set(CITATIONS.values()) <= keys
    assert len({rule.rule_id for rule in rules(PLAIN)}) == len(rules(PLAIN))


def test_the_rule_table_tells_published_rows_from_those_decided_here() -> None:
    sources = {rule.rule_id: rule.citation_key for rule in rules(PLAIN)}
    assert {sources[f"PCWG3-{number:02d}"] for number in (1, 2, 3, 7, 8, 9, 10, 12, 13, 14)} == {"PCWG3"}
    assert {sources[f"PCWG3-{number:02d}"] for number in (4, 5, 6, 11, 15, 16, 17)} == {"BONE_DECIDED"}


def test_every_link_of_the_rule_page_leads_somewhere() -> None:
    page = rules_page(PLAIN)
    addresses = re.findall(r' id="([^"]+)"', page)
    assert len(set(addresses)) == len(addresses)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(addresses)
    for rule in rules(PLAIN):
        assert f'<tr id="{rule.rule_id}">' in page
    assert "day &lt;= 91" in page


def test_the_rule_table_names_the_other_choices() -> None:
    text = rules_text(PLAIN)
    for name in set(RESPONSE_PRESETS) - {"default"}:
        assert f"| {name} |" in text
    assert "| caution_until_12_weeks | clock_limits = early until day 91, flare until day 91 |" in text


def test_the_rule_table_follows_the_settings() -> None:
    changed = replace(PLAIN, confirmation_gap_days=35, open_at_end=OpenAtEnd.EVENT)
    assert "35 days" in rules_text(changed)
    assert "event on the day it was first seen" in rules_text(changed)
    assert "42 days or more after the first, 2 or more additional new" in rules_text(PLAIN)
