"""The citizen's pages: her card, who has looked, her consent; and that nobody else gets to them."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hit_citizens_world import KARI, LIV, PARTNER

from hit_maternity.access.citizen import Proxies
from hit_maternity.knowledge import Knowledge
from hit_maternity.store import Store

PAGES = ("/app", "/app/card", "/app/log", "/app/outsiders", "/app/consent", "/app/consent/withdraw")
Browser = House = Any  # fixtures: classes of conftest, which tests don't import


def errors(answer: httpx.Response) -> str:
    """The status and the words of the notice."""
    found = re.search(r'<p class="notice"[^>]*>(.*?)</p>', answer.text)
    return f"{answer.status_code} {found[1] if found else ''}"


# ------------------------------------------------------------ what every page is like


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_and_has_one_heading_and_one_main_part(kari: Browser, path: str) -> None:
    page = kari.page(path)
    assert page.language == "nb" and page.title.endswith("– Helsekort for gravide")
    assert page.headings.count(1) == page.tags.count("main") == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), "no level is skipped"
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_loads_nothing_and_allows_its_own_style_alone(kari: Browser, path: str) -> None:
    answer = kari("GET", path)
    page = kari.page(path)
    assert "script" not in page.tags and [x for x in page.loaded if not x.startswith("data:")] == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "script-src" not in policy
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize("path", PAGES)
def test_what_is_hers_is_kept_by_no_cache_and_told_to_no_other_site(kari: Browser, path: str) -> None:
    headers = kari("GET", path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_a_national_id_or_puts_one_in_an_address(kari: Browser, path: str) -> None:
    text = kari("GET", path).text
    assert not re.search(r"(?<![0-9])[0-9]{11}(?![0-9])", text)


def test_every_link_of_a_page_leads_somewhere(kari: Browser) -> None:
    links = {link for path in PAGES for link in kari.page(path).links if link.startswith("/")}
    assert len(links) >= 6
    for link in links:
        assert kari("GET", link).status_code == 200, link


def test_the_pages_are_in_english_where_that_is_asked_for_and_stay_so(kari: Browser) -> None:
    assert kari.page("/app/log", accept_language="en-GB,nb;q=0.5").language == "en"
    assert kari.page("/app/log", accept_language="de, nn").language == "nb"
    page = kari.page("/app/log?lang=en")
    assert page.language == "en" and "Who has looked" in page.text
    assert kari.page("/app/consent").language == "en", "it was chosen"
    assert kari.page("/app/consent?lang=nb").language == "nb"


def test_a_page_that_is_not_there_says_so(kari: Browser) -> None:
    answer = kari("GET", "/app/nothing")
    assert answer.status_code == 404 and "Det finnes ingen side her." in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert kari("POST", "/app/log", {"mark": "x"}).status_code == 405


# ------------------------------------------------------------ the way in


def test_nobody_sees_more_than_the_way_to_the_login(house: House) -> None:
    page = house.browser.page("/app")
    assert "/app/login" in page.links and "mark" not in page.fields
    for path in PAGES[1:]:
        answer = house.browser("GET", path)
        assert answer.status_code == 401 and "Hemmelig" not in answer.text
    assert house.world.rows() == []


def test_she_logs_in_sees_her_name_and_logs_out(house: House) -> None:
    answer = house.browser.login()
    assert (answer.status_code, answer.headers["location"]) == (303, "/app")
    assert "Innlogget som Ylva Fjellbekk" in house.browser.page("/app").text
    assert house.browser.send("/app/logout", "/app").status_code == 303
    assert house.browser("GET", "/app/card").status_code == 401


def test_the_cookie_can_not_be_read_by_scripts_or_sent_by_other_sites(house: House) -> None:
    (line,) = [c for c in house.browser.login().headers.get_list("set-cookie") if c.startswith("hit-citizen")]
    assert "HttpOnly" in line and "SameSite=lax" in line and "Path=/app" in line
    assert KARI not in line and "eyJ" not in line, "neither her id nor her token can be read from it"


def test_the_session_ends_with_the_token(kari: Browser, house: House) -> None:
    house.world.clock.moment += timedelta(seconds=910)
    answer = kari("GET", "/app/card")
    assert errors(answer).startswith("401 Du er logget ut")
    assert "hit-citizen" not in kari.cookies


def test_a_cookie_that_was_changed_or_is_of_another_space_is_none(kari: Browser, house: House) -> None:
    good = kari.cookies["hit-citizen"]
    for bad in (good[:-2] + "AA", good[1:], "x", "", "%C3%B8", "A" * 5000):
        assert kari("GET", "/app/card", cookie=f"hit-citizen={bad}").status_code == 401
    assert kari("GET", "/app/card", cookie=f"hit-login={good}; hit-citizen=").status_code == 401
    assert kari("GET", "/spaces/other/app/card", cookie=f"hit-citizen={good}").status_code == 401


def test_the_login_must_be_finished_in_the_browser_that_began_it(house: House) -> None:
    browser = house.browser
    way = httpx.URL(browser("GET", "/app/login").headers["location"])
    back = httpx.URL(browser("POST", way.path, {"person": "0-0", **dict(way.params)}).headers["location"])
    begun = dict(browser.cookies)
    browser.cookies.clear()
    assert errors(browser("GET", back.raw_path.decode())).startswith("403 Innloggingen ble ikke begynt i denne nettleseren")
    browser.cookies.update(begun)
    assert browser("GET", back.copy_set_param("state", "other").raw_path.decode()).status_code == 403
    assert browser("GET", back.raw_path.decode()).status_code == 403, "the failed attempt has used up what was begun"
    assert "hit-citizen" not in browser.cookies


def test_an_answer_of_another_issuer_is_refused(house: House) -> None:
    browser = house.browser
    way = httpx.URL(browser("GET", "/app/login").headers["location"])
    back = httpx.URL(browser("POST", way.path, {"person": "0-0", **dict(way.params)}).headers["location"])
    assert browser("GET", back.copy_set_param("iss", "https://attacker.test").raw_path.decode()).status_code == 403


def test_a_login_that_is_cancelled_says_so(house: House) -> None:
    browser = house.browser
    way = httpx.URL(browser("GET", "/app/login").headers["location"])
    back = httpx.URL(browser("POST", way.path, dict(way.params)).headers["location"])
    assert "error=access_denied" in str(back)
    assert errors(browser("GET", back.raw_path.decode())) == "403 Innloggingen ble avbrutt eller avvist."


def test_where_the_login_does_not_answer_she_is_told(house: House) -> None:
    house.channel_down = True
    assert errors(house.browser("GET", "/app/login")).startswith("503 Innloggingstjenesten svarer ikke nå")


def test_whoever_comes_by_another_name_of_the_machine_is_sent_to_the_one_that_the_login_knows(house: House) -> None:
    house.browser.address = "http://localhost:8080"
    assert house.browser("GET", "/app/login").headers["location"] == "http://127.0.0.1:8080/app/login"


def test_nothing_of_the_login_goes_where_the_request_says(house: House) -> None:
    answer = house.browser("GET", "/app/login", host="attacker.test")
    assert answer.headers["location"] == "http://127.0.0.1:8080/app/login"


# ------------------------------------------------------------ her card


def test_the_card_has_the_ten_sections_and_what_is_in_them(kari: Browser) -> None:
    page = kari.page("/app/card")
    assert page.headings.count(2) == 10
    assert "Kari Hemmelig" in page.text and "63,1 kg" in page.text and "Liv Hemmelig" not in page.text
    assert "Sist oppdatert" in page.text


def test_the_whole_of_a_pregnancy_can_be_read(house: House) -> None:
    from hit_maternity.testbed.people import pregnancies

    (it,) = (p for p in pregnancies() if p.name == "normal")
    resources = it.resources()
    mother = next(r for r in resources if r["id"] == "normal-mother")
    mother["identifier"] = [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "03831199813"}]
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}} for r in resources],
    }
    told = house.world._called(house.world.inside, "POST", "", bundle, {"content-type": "application/fhir+json"})
    assert told.status == 200, told.json
    house.browser.login("4-0")
    page = house.browser.page("/app/card?record=normal-pregnancy")
    assert page.headings.count(2) == 10
    assert page.text.count("Ingenting er registrert") < 4
    assert not re.search(r"(?<![0-9])[0-9]{11}(?![0-9])", page.text)


def test_what_somebody_wrote_with_markup_in_it_stays_text(kari: Browser, house: House) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    observation = house.world("GET", "Observation/kari-weight", token=house.token()).json
    house.world.put({**observation, "note": [{"text": hostile}]})
    house.world.put({"resourceType": "Patient", "id": "kari", "name": [{"text": hostile}],
                     "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": KARI}]})  # fmt: skip
    page = kari.page("/app/card")
    assert "script" not in page.tags and "img" not in page.tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_a_record_that_is_not_hers_is_not_shown(kari: Browser) -> None:
    for path in ("/app/card?record=liv-record", "/app/card?record=../liv", "/app/card?record=%3Cscript%3E"):
        text = kari("GET", path).text
        assert "Liv" not in text and "<script>" not in text
    assert kari("GET", "/app/card/download?record=liv-record").status_code == 404
    assert kari("GET", "/app/card/download?record=%2e%2e").status_code == 404


def test_she_saves_a_copy(kari: Browser) -> None:
    answer = kari("GET", "/app/card/download?record=kari-record")
    assert answer.status_code == 200 and answer.json()["resourceType"] == "Bundle"
    assert answer.headers["content-disposition"].startswith("attachment") and answer.headers["cache-control"] == "no-store"


def test_who_has_no_record_is_told_so(house: House) -> None:
    house.browser.login("4-0")
    assert "Det er ikke opprettet noe digitalt helsekort for deg." in house.browser.page("/app/card").text


# ------------------------------------------------------------ who has looked


def test_the_log_tells_of_her_own_reading_and_is_itself_told_of(kari: Browser) -> None:
    kari.page("/app/card")
    first, second = kari.page("/app/log").text, kari.page("/app/log").text
    assert "Du selv" in first and "Eget innsyn" in first
    assert second.count("<li><h2>") == first.count("<li><h2>") + 1


def test_older_lines_are_on_the_pages_after(kari: Browser, house: House) -> None:
    for _ in range(60):
        assert house.world("GET", "Observation/kari-weight", token=house.token()).status == 200
        house.world.clock.moment += timedelta(seconds=1)
    page = kari.page("/app/log")
    assert page.text.count("<li><h2>") == 50
    (older,) = [link for link in page.links if "before=" in link]
    assert kari.page(older).text.count("<li><h2>") == 10
    assert kari("GET", "/app/log?before=nonsense").status_code == 400


# ------------------------------------------------------------ whom she shuts out


def test_she_shuts_somebody_out_by_number_and_lets_in_again(kari: Browser, house: House) -> None:
    assert "Du har ikke stengt noen ute." in kari.page("/app/outsiders").text
    shut = kari.send("/app/outsiders/shut-out", "/app/outsiders", kind="org", number="310 000 001")
    assert shut.status_code == 200 and "Virksomhet med organisasjonsnummer 310000001" in shut.text
    assert house.world.consents.standings.of_pid(KARI).blocked == {"org:310000001"}
    let = kari.send("/app/outsiders/let-in", "/app/outsiders", kind="org", number="310000001")
    assert "De er sluppet inn igjen." in let.text and "Du har ikke stengt noen ute." in let.text
    assert house.world.consents.standings.of_pid(KARI).blocked == frozenset()


def test_a_number_that_is_none_is_told_beside_its_field_and_kept_there(kari: Browser) -> None:
    answer = kari.send("/app/outsiders/shut-out", "/app/outsiders", kind="hpr", number='12"><b>')
    assert answer.status_code == 400 and "HPR-nummer har 1 til 9 sifre" in answer.text
    assert "12&quot;&gt;&lt;b&gt;" in answer.text and 'aria-describedby="number-wrong"' in answer.text


# ------------------------------------------------------------ consent


def test_she_withdraws_gets_a_receipt_and_nothing_is_left(kari: Browser, house: House) -> None:
    answer = kari.send("/app/consent/withdraw", "/app/consent/withdraw", sure="yes")
    assert errors(answer).startswith("200 Samtykket er trukket, og helsekortet er slettet.")
    assert "1 målinger og funn" in answer.text and "2 personer" in answer.text
    assert "Du har ikke samtykket." in kari.page("/app/consent").text
    assert "Det er ikke opprettet" in kari.page("/app/card").text
    with house.world.store.reading() as reader:
        assert reader.get("Patient", "kari") is None and reader.get("Observation", "kari-weight") is None
        assert reader.get("Patient", "liv") is not None
    log = kari.page("/app/log").text
    assert "Slettet" in log and "Hemmelig" not in log, "the log stays, without her data"


def test_without_the_tick_nothing_is_erased(kari: Browser, house: House) -> None:
    answer = kari.send("/app/consent/withdraw", "/app/consent/withdraw")
    assert errors(answer).startswith("400 Kryss av")
    assert house.world("GET", "Patient/kari", token=house.token()).status == 200


def test_she_consents_before_there_is_a_record(house: House) -> None:
    house.browser.login("4-0")
    assert "Du har ikke samtykket." in house.browser.page("/app/consent").text
    answer = house.browser.send("/app/consent/give", "/app/consent")
    assert answer.status_code == 200 and "Takk. Samtykket er registrert." in answer.text
    assert "Samtykket ble gitt 1. juli 2026" in house.browser.page("/app/consent").text
    assert "Skrev" in house.browser.page("/app/log").text


@pytest.mark.parametrize(
    ("mark", "headers"),
    [
        (None, {}),
        ("", {}),
        ("guess", {}),
        ("own", {"origin": "https://attacker.test"}),
        ("own", {"sec_fetch_site": "cross-site"}),
        ("own", {"sec_fetch_site": "same-site"}),
        ("own", {"origin": "null"}),
    ],
)
def test_a_form_that_another_site_sends_does_nothing(kari: Browser, house: House, mark: str | None, headers: dict[str, str]) -> None:
    own = kari.page("/app/consent/withdraw").fields["mark"]
    fields = {"sure": "yes"} | ({} if mark is None else {"mark": own if mark == "own" else mark})
    answer = kari("POST", "/app/consent/withdraw", fields, **headers)
    assert errors(answer).startswith("403 Skjemaet hører ikke til denne innloggingen")
    assert house.world("GET", "Patient/kari", token=house.token()).status == 200


def test_a_form_of_another_session_does_nothing(kari: Browser, house: House) -> None:
    mark = kari.page("/app/consent/withdraw").fields["mark"]
    kari.login("1-0")
    assert kari("POST", "/app/consent/withdraw", {"mark": mark, "sure": "yes"}).status_code == 403
    assert house.world("GET", "Patient/liv", token=house.token(LIV)).status == 200


@pytest.mark.parametrize("path", ["/app/consent/give", "/app/consent/withdraw", "/app/logout"])
def test_a_body_that_is_no_form_or_too_long_is_refused(kari: Browser, path: str) -> None:
    mark = kari.page("/app").fields["mark"]
    assert kari("POST", path, None, content_type="application/json").status_code == 415
    assert kari("POST", path, {"mark": mark, "more": "x" * 20_000}).status_code == 413


def test_with_a_confidential_address_she_is_told_that_no_record_is_kept_and_may_still_withdraw(kari: Browser, house: House) -> None:
    house.world.standing("kari", consent=True, confidential=True, digest=house.world.consents.standings.digest(KARI))
    for path in ("/app/card", "/app/log"):
        assert errors(kari("GET", path)) == "403 Det føres ikke digitalt helsekort for deg."
    assert kari.send("/app/consent/withdraw", "/app/consent/withdraw", sure="yes").status_code == 200


# ------------------------------------------------------------ somebody else at the keyboard


def test_a_partner_with_a_power_of_attorney_sees_nothing_by_default(house: House) -> None:
    house.browser.login("2-1")
    for path in ("/app/card", "/app/log", "/app/consent"):
        answer = house.browser("GET", path)
        assert errors(answer) == "403 Bare kvinnen selv kan åpne helsekortet sitt."
        assert "Hemmelig" not in answer.text
    assert {row["outcomeDesc"] for row in house.world.rows()} == {"proxy-not-allowed"}


def test_where_the_operator_lets_him_read_the_pages_say_for_whom_he_acts_and_he_changes_nothing(
    store: Store, known: Knowledge, tmp_path: Path, house: House
) -> None:
    made = type(house)(store, known, tmp_path / "other", Proxies.READ)
    made.browser.login("2-1")
    assert "Du handler på vegne av en annen." in made.browser.page("/app/card").text
    assert made.browser.send("/app/consent/withdraw", "/app/consent/withdraw", sure="yes").status_code == 403
    assert "Mikkel Fjellbekk" in made.browser.page("/app/log").text
    assert PARTNER not in str(made.world.rows())
