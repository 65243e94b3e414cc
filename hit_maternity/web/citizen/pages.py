"""The pages, each a function from what it shows to an answer."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from hit_maternity.access.audit.log import LogEntry
from hit_maternity.access.citizen_desk import Consent, Language, LogPage
from hit_maternity.access.consent.blocking import Outsider
from hit_maternity.store.receipts import Receipt
from hit_maternity.web.citizen import card
from hit_maternity.web.citizen.rendering import MENU, form, heading, moment, page, paragraph, words

#: Types that a receipt tells by name; the others are counted together.
_COUNTED = ("EpisodeOfCare", "Patient", "Encounter", "Observation", "Condition", "QuestionnaireResponse", "Provenance")
_WORDS_OF_RULES = frozenset(
    (
        "outsider-unknown",
        "outsiders-too-many",
        "proxy-not-allowed",
        "confidential-address",
        "consent-missing",
        "patient-deceased",
        "too-many-calls",
        "audit-unavailable",
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, and how: language, root of the pages (``/app``), and of the session her name and the mark of its forms."""

    language: Language
    root: str
    name: str | None = None
    mark: str = ""
    acting: bool = False

    def page(self, key: str, *content: str, status: int = 200) -> Response:
        told = [paragraph(words("acting", self.language), "notice")] if self.acting else []
        return page(key, [*told, *content], self.language, self.root, status=status, name=self.name, mark=self.mark or None)

    def say(self, key: str, **values: str) -> str:
        return words(key, self.language, **values)

    def link(self, path: str, label: str, kind: str = "") -> str:
        """``label`` is HTML; ``path`` begins with a slash, below the root."""
        return f'<a{f" class={kind!r}" if kind else ""} href="{self.root}{path}">{label}</a>'


def welcome(reading: Reading, *, login: bool, trouble: str | None = None, status: int = 200) -> Response:
    """The page before the login; ``trouble``: key of what went wrong."""
    told = paragraph(reading.say(trouble), "notice") if trouble else ""
    way = reading.link("/login", reading.say("log-in"), "main") if login else paragraph(reading.say("no-login"), "notice")
    lead = paragraph(reading.say("welcome-lead"), "lead")
    return reading.page("welcome", f'<div class="hero">{heading(reading.say("welcome-title"))}{lead}{told}{way}</div>', status=status)


def home(reading: Reading, consent: Consent) -> Response:
    """Where to go, and how it stands with the consent."""
    cards = "".join(_way(reading, key, path) for key, path in MENU if path)
    state = paragraph(reading.say("consent-given" if consent.given else "consent-not"), "notice")
    lead = paragraph(reading.say("home-lead"), "lead")
    return reading.page("home", heading(reading.say("home-title")), lead, state, f'<ul class="cards">{cards}</ul>')


def _way(reading: Reading, key: str, path: str) -> str:
    told = f"<strong>{reading.say(f'{key}-title')}</strong><span>{reading.say(f'{key}-about')}</span>"
    return f'<li><a href="{reading.root}{path}">{told}</a></li>'


def no_card(reading: Reading) -> Response:
    """There is no record."""
    return reading.page("card", heading(reading.say("card-title")), paragraph(reading.say("card-none"), "notice"))


def show_card(reading: Reading, bundle: Mapping[str, Any], base: str, chosen: str, episodes: Sequence[tuple[str, str]]) -> Response:
    """The card of the record ``chosen``; ``episodes``: id and first day of each of hers."""
    latest = card.updated(bundle)
    head = [heading(reading.say("card-title"))]
    if latest:
        head.append(paragraph(reading.say("card-updated", at=moment(datetime.fromisoformat(latest), reading.language))))
    if reading.language != "nb":
        head.append(paragraph(reading.say("card-norwegian"), "empty"))
    if len(episodes) > 1:
        head.append(f'<nav aria-label="{reading.say("card-which")}"><ul>{"".join(_other(reading, e, chosen) for e in episodes)}</ul></nav>')
    save = paragraph(reading.link(f"/card/download?{urlencode({'record': chosen})}", reading.say("card-save")))
    return reading.page("card", *head, save, *card.sections(bundle, base, reading.language))


def _other(reading: Reading, episode: tuple[str, str], chosen: str) -> str:
    id, begun = episode
    here = ' aria-current="page"' if id == chosen else ""
    label = reading.say("card-begun", day=begun) if begun else reading.say("card-one")
    return f'<li><a href="{reading.root}/card?record={quote(id, safe="")}"{here}>{label}</a></li>'


def show_log(reading: Reading, log: LogPage, first: bool) -> Response:
    """Who has looked; ``first``: it is the newest page."""
    lines = "".join(_line(reading, line) for line in log.lines)
    told = f'<ol class="log">{lines}</ol>' if lines else paragraph(reading.say("log-none"), "notice")
    ways = [] if first else [reading.link("/log", reading.say("log-first"))]
    if log.next:
        ways.append(reading.link(f"/log?{urlencode({'before': log.next})}", reading.say("log-more")))
    way = f'<p class="choices">{" ".join(ways)}</p>' if ways else ""
    return reading.page("log", heading(reading.say("log-title")), paragraph(reading.say("log-lead"), "lead"), told, way)


def _line(reading: Reading, line: LogEntry) -> str:
    def plain(text: str) -> str:
        return reading.say("plain", text=text)

    who = plain(", ".join(filter(None, (line.who, line.role))))
    where = plain(", ".join(filter(None, (line.organisation, line.place))))
    what = plain(": ".join(filter(None, (line.action, ", ".join(line.what)))))
    pairs = [
        ("log-when", plain(moment(line.at, reading.language))),
        ("log-where", where),
        ("log-what", what),
        ("log-why", plain(line.reason)),
    ]
    rows = "".join(f"<dt>{reading.say(key)}</dt><dd>{value}</dd>" for key, value in pairs if value)
    remarks = "".join(paragraph(plain(remark), "flag") for remark in line.remarks)
    out = _shutting_out(reading, line) if line.role and "own" not in line.flags and not reading.acting else ""
    return f"<li><h2>{who}</h2><dl>{rows}</dl>{remarks}{out}</li>"


def _shutting_out(reading: Reading, line: LogEntry) -> str:
    """The way to shut out whom a line tells of."""
    inside = f'<input type="hidden" name="event" value="{escape(line.id)}">'
    button = form(f"{reading.root}/outsiders/shut-out", reading.mark, reading.say("outsiders-shut-out"), inside, kind="plain")
    return f"<details><summary>{reading.say('outsiders-this')}</summary>{paragraph(reading.say('outsiders-means'))}{button}</details>"


def show_outsiders(
    reading: Reading, outsiders: Sequence[Outsider], *, done: str | None = None, wrong: str | None = None, typed: str = ""
) -> Response:
    """Whom she has shut out, and a form to name somebody. ``done``: key of what was done; ``wrong``: rule of what was not, and what she
    had ``typed``."""
    told = f'<p class="status good" role="status">{reading.say(done)}</p>' if done else ""
    listed = "".join(_outsider(reading, outsider) for outsider in outsiders)
    there = f'<ul class="outsiders">{listed}</ul>' if listed else paragraph(reading.say("outsiders-none"), "notice")
    fault = f'<p class="notice" role="alert" id="number-wrong">{reading.say(wrong)}</p>' if wrong else ""
    choice = '<label><input type="radio" name="kind" value="{}"{}>{}</label>'
    kinds = "".join(choice.format(kind, first, reading.say(f"outsiders-{kind}")) for kind, first in (("hpr", " checked"), ("org", "")))
    described = ' aria-invalid="true" aria-describedby="number-wrong"' if wrong else ""
    number = (
        f'<label for="number">{reading.say("outsiders-number")}</label>'
        f'<input id="number" name="number" inputmode="numeric" autocomplete="off" required value="{escape(typed)}"{described}>'
    )
    fields = f"<fieldset><legend>{reading.say('outsiders-who')}</legend>{kinds}</fieldset>{number}"
    send = form(f"{reading.root}/outsiders/shut-out", reading.mark, reading.say("outsiders-shut-out"), fields)
    lead = paragraph(reading.say("outsiders-lead"), "lead")
    status = 400 if wrong else 200
    content = [heading(reading.say("outsiders-title")), lead, told, there, f"<h2>{reading.say('outsiders-name')}</h2>", fault, send]
    return reading.page("outsiders", *content, status=status)


def _outsider(reading: Reading, outsider: Outsider) -> str:
    name = reading.say(f"outsiders-is-{outsider.kind}", number=outsider.number)
    inside = f'<input type="hidden" name="kind" value="{outsider.kind}"><input type="hidden" name="number" value="{outsider.number}">'
    button = form(f"{reading.root}/outsiders/let-in", reading.mark, reading.say("outsiders-let"), inside, kind="plain")
    return f"<li><span>{name}</span>{button}</li>"


def show_consent(reading: Reading, consent: Consent, *, thanks: bool = False) -> Response:
    """How it stands, and what she can do about it."""
    content = [heading(reading.say("consent-title")), paragraph(reading.say("consent-what"), "lead")]
    if thanks and consent.given:
        content.append(f'<p class="status good" role="status">{reading.say("consent-thanks")}</p>')
    content.append(paragraph(reading.say("consent-given" if consent.given else "consent-not"), "notice"))
    if consent.given and consent.since:
        content.append(paragraph(reading.say("consent-since", at=moment(consent.since, reading.language))))
    if consent.given:
        content.append(paragraph(reading.link("/consent/withdraw", reading.say("consent-to-withdraw"))))
    else:
        content.append(form(f"{reading.root}/consent/give", reading.mark, reading.say("consent-give")))
    return reading.page("consent", *content)


def confirm_withdrawal(reading: Reading, *, untouched: bool = False) -> Response:
    """What is erased and what stays; ``untouched``: the form came without its tick."""
    told = f'<p class="notice" role="alert">{reading.say("withdraw-tick")}</p>' if untouched else ""
    lists = "".join(_listed(reading, key) for key in ("erased", "stays"))
    tick = f'<label><input type="checkbox" name="sure" value="yes" required>{reading.say("withdraw-sure")}</label>'
    send = form(f"{reading.root}/consent/withdraw", reading.mark, reading.say("withdraw-do"), tick, kind="grave")
    back = paragraph(reading.link("/consent", reading.say("withdraw-not")))
    what = paragraph(reading.say("withdraw-what"), "lead")
    return reading.page("withdraw", heading(reading.say("withdraw-title")), what, told, lists, send, back, status=400 if untouched else 200)


def _listed(reading: Reading, key: str) -> str:
    items = "".join(f"<li>{reading.say(f'withdraw-{key}-{n}')}</li>" for n in (1, 2, 3))
    return f"<h2>{reading.say(f'withdraw-{key}')}</h2><ul>{items}</ul>"


def show_receipt(reading: Reading, receipt: Receipt) -> Response:
    """What went."""
    counts: Counts[str] = Counts()
    for type, count in receipt.resources.items():
        counts[type if type in _COUNTED else "other"] += count
    rows = "".join(f"<li>{counts[k]} {reading.say(f'kind-{k}')}</li>" for k in (*_COUNTED, "other") if counts[k])
    versions = f"<li>{reading.say('receipt-versions', count=str(receipt.versions))}</li>" if rows else ""
    told = f"<p>{reading.say('receipt-counts')}</p><ul>{rows}{versions}</ul>" if rows else paragraph(reading.say("receipt-none"))
    done = f'<p class="notice" role="status">{reading.say("receipt-done")}</p>'
    at = paragraph(reading.say("receipt-at", at=moment(receipt.at, reading.language)))
    return reading.page("receipt", heading(reading.say("receipt-title")), done, at, told)


def trouble(reading: Reading, rule: str, status: int) -> Response:
    """What went wrong, by the rule that a refusal rests on or a key of the words."""
    known = rule if rule in _WORDS_OF_RULES or rule in ("form-foreign", "not-here") else "failed" if status >= 500 else "refused"
    back = paragraph(reading.link("", reading.say("trouble-back")))
    return reading.page("trouble", heading(reading.say("trouble-title")), paragraph(reading.say(known), "notice"), back, status=status)
