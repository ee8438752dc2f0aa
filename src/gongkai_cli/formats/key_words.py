"""What every key of the plan file means, in words for people: the schema for editors shows them."""

from collections.abc import Mapping

from pydantic import BaseModel

from gongkai_cli.messages import Text, text
from gongkai_cli.plan import (
    EscalationStep,
    MatchRule,
    Obligation,
    Owner,
    Plan,
    PlanMeta,
    Reading,
    SignalSettings,
    Untracked,
)

# By the names of the fields in their models. docs/plan-format.md begins with the same words, and may say more.
KEYS: Mapping[type[BaseModel], Mapping[str, Text]] = {
    Plan: {
        "version": text("the version of this format"),
        "plan": text("the document, and what holds for all its duties"),
        "owners": text("who owes duties"),
        "events": text("what starts a clock"),
        "readings": text("how vague words are understood"),
        "obligations": text("the duties"),
        "untracked": text("passages that are no duty"),
    },
    PlanMeta: {
        "id": text("the plan's short name"),
        "title": text("the document's title"),
        "document_number": text("the document's number, such as 东区政办发〔2017〕50号"),
        "issuer": text("who issued the document"),
        "issued": text("the day of issue"),
        "starts": text("from when duties are owed"),
        "ends": text("the last day that the plan covers"),
        "timezone": text("in which time zone days and clocks run"),
        "calendar": text("the working days"),
        "language": text("the language of the output: English for `en…`, else Chinese"),
        "warn_before": text("how long before its deadline an occurrence is due soon"),
        "escalation": text("the office's own ladder"),
        "signals": text("what counts as odd about a record"),
    },
    EscalationStep: {
        "after": text("when the step is reached, counted from the day after the deadline"),
        "call": text("what the step is called, such as 提醒, 催办, 通报"),
    },
    SignalSettings: {
        "recorded_after": text("a line written down later than this after its day is odd"),
        "url_days": text("an address whose own date lies further from `published` than so many days is odd"),
        "filled_together": text("so many occurrences of one duty filled on one day are odd"),
    },
    Owner: {
        "name": text("the name that outputs show"),
        "aliases": text("other names of the same owner"),
        "members": text("makes it a group; the members are owners themselves, and no groups"),
    },
    Reading: {
        "word": text("the word of the document, such as 及时"),
        "about": text("what the reading decides"),
        "means": text("what the word is taken to mean"),
        "authority": text("a legal article or a paper; or, plainly, that it is a convention"),
        "deadline": text("the deadline of the obligations that name this reading"),
    },
    Obligation: {
        "id": text("the duty's short name, unique in the file"),
        "clause": text("the document's own numbering, such as 一（一）1 or 12; 通知 for a covering letter"),
        "quote": text("the document's words, verbatim, at most 40 characters"),
        "title": text("the encoder's own words for the duty"),
        "owner": text("who owes it"),
        "completion": text("with several owners: each owes an occurrence of its own, or they share one"),
        "support": text("who supports it (配合单位): shown, never judged"),
        "act": text("what is done: 公开, 报送 or 完成"),
        "frequency": text("how often"),
        "season": text("in which part of the year"),
        "opens": text("when the window opens"),
        "deadline": text("until when"),
        "roll": text("what becomes of a deadline on a day of rest: moved to the next working day, or left"),
        "readings": text("what was interpreted; empty: everything is stated"),
        "from_": text("replaces `starts` for this duty"),
        "until": text("replaces `ends` for this duty; `none`: without end (每年)"),
        "min_records": text("how many records of the log fulfil one occurrence"),
        "nil": text("本期无 (a line of kind `nil`) fulfils an occurrence"),
        "match": text("how a line of a list is recognised"),
        "channel": text("where it is to be published"),
        "note": text("for whoever reads the plan"),
    },
    MatchRule: {
        "title": text("one entry must fit: all its words, separated by blanks, occur in the title"),
        "column": text("one entry equals the column of the site"),
    },
    Untracked: {
        "clause": text("where it stands in the document"),
        "quote": text("the document's words"),
        "reason": text("why it is no duty, for example that it names no act that can be checked"),
    },
}

# What values of closed sets mean, by the key that takes them.
VALUES: Mapping[str, Mapping[str, Text]] = {
    "about": {
        "deadline": text("until when"),
        "frequency": text("how often"),
        "owner": text("who owes it"),
    },
    "completion": {
        "each": text("each owner owes an occurrence of its own"),
        "any": text("they share one occurrence; any of them can fulfil it"),
    },
    "act": {"publish": text("publish"), "report": text("submit"), "do": text("do")},
    "roll": {
        "none": text("the deadline stays"),
        "next": text("the deadline moves to the next working day"),
    },
}
