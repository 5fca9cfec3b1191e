"""The table of stages and rules, and what is said of a program that is no kernel yet."""

import re
import sys

import pytest

from kernel_seams.conform.checks import checks
from kernel_seams.conform.run import run
from kernel_seams.conform.snippets import NAMES, for_kernel, load, shipped
from kernel_seams.conform.table import DOCUMENTS, LEVELS, rules, stages


def test_stages_are_numbered_and_rules_named_once():
    """Stages count from 1; a rule's id is lower case words with one dot, and there is one of each."""
    assert [stage.number for stage in stages()] == list(range(1, len(stages()) + 1))
    assert len(rules()) == sum(len(stage.rules) for stage in stages()) >= 60
    for name in rules():
        assert re.fullmatch(r"[a-z-]+\.[a-z-]+", name)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_each_rule_says_where_it_is_written_and_what_to_do(rule):
    """A rule has a level, a document and a section, and whole sentences for the person it is told to."""
    assert rule.level in LEVELS
    assert rule.document in DOCUMENTS
    assert rule.section
    assert rule.quote or rule.document == "seams"
    for sentence in (rule.says, rule.cause, rule.next):
        assert sentence.endswith((".", "`."))
    assert set(rule.snippets) <= {*NAMES, "completion"}


@pytest.mark.parametrize("name", shipped())
def test_shipped_snippets_can_be_read(name):
    """Each shipped file is sound and found by the names it says it is for."""
    snippets = load(name)

    assert snippets.languages
    for language in snippets.languages:
        assert for_kernel(language).name == name


def test_an_empty_program_is_told_what_to_do_first(tmp_path):
    """A program that does nothing fails at the first rule, at once; nothing after it is reached."""
    empty = tmp_path / "kernel.py"
    empty.write_text("")

    report = run([sys.executable, str(empty), "{connection_file}"])

    failed = report.first_failure
    assert failed.rule.id == "start.runs"
    assert failed.got == ["program: The program ended by itself, with exit code 0."]
    assert report.counts()["not reached"] == len(rules()) - 1
    assert not report.passed


def test_each_rule_is_tried_and_nothing_else():
    """There is one check for each rule of the table."""
    assert set(checks()) == set(rules())


def test_a_rule_needs_only_rules_before_it_in_its_stage():
    """What a rule needs stands before it, in the same stage."""
    order = list(rules())
    for rule in rules().values():
        for name in rule.needs:
            assert rules()[name].stage == rule.stage
            assert order.index(name) < order.index(rule.id)
