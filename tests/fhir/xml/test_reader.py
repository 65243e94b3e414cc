"""From XML: what is read, and how every fault is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json, xml
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError, Issue

XHTML = "http://www.w3.org/1999/xhtml"


def patient(inner: str) -> bytes:
    return f'<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'.encode()


def read(body: bytes) -> bytes:
    """The JSON text, which also shows digits and order."""
    return json.encode(xml.decode(body, Definitions.r4()))


def faults(body: bytes) -> list[Issue]:
    with pytest.raises(FhirError) as caught:
        xml.decode(body, Definitions.r4())
    assert caught.value.status == 400
    return caught.value.issues


def rules(body: bytes) -> list[str]:
    return [issue.rule for issue in faults(body)]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<active value="true"/>', b'"active":true'),
        ('<active value=" false "/>', b'"active":false'),
        ('<multipleBirthInteger value="2"/>', b'"multipleBirthInteger":2'),
        ('<birthDate value="1990-01-02"/>', b'"birthDate":"1990-01-02"'),
        ('<name><family value="&#xC6;s&amp;&quot;&lt;"/></name>', '"name":[{"family":"Æs&\\"<"}]'.encode()),
        ('<name><family value="a&#10;b&#9;c"/></name>', b'"name":[{"family":"a\\nb\\tc"}]'),
        (
            "<name><given><extension url='u'/></given><given value='A'/></name>",
            b'"name":[{"_given":[{"extension":[{"url":"u"}]},null],"given":[null,"A"]}]',
        ),
        ("<name><given value='A'/><given id='i' value='B'/></name>", b'"name":[{"given":["A","B"],"_given":[null,{"id":"i"}]}]'),
        ("<birthDate id='b' value='2000'/>", b'"birthDate":"2000","_birthDate":{"id":"b"}'),
        ("<contact id='c'><gender value='male'/></contact>", b'"contact":[{"id":"c","gender":"male"}]'),
        ("<extension url='u'><valueDecimal value='1.10'/></extension>", b'"extension":[{"url":"u","valueDecimal":1.10}]'),
        ("<contained><Group><type value='person'/></Group></contained>", b'"contained":[{"resourceType":"Group","type":"person"}]'),
        ("<!-- a comment --><?pi x?><gender value='female'/>", b'"gender":"female"'),
        ("<f:gender xmlns:f='http://hl7.org/fhir' value='female'/>", b'"gender":"female"'),
    ],
)  # fmt: skip
def test_an_element_becomes_its_json(inner: str, expected: bytes) -> None:
    assert read(patient(inner)) == b'{"resourceType":"Patient",' + expected + b"}"


@pytest.mark.parametrize(
    "number", ["1.10", "1.50e-3", "0.000000000000000000000000000001", "-0", "-0.0", "100", "123456789012345678901234567890"]
)
def test_a_decimal_keeps_its_digits(number: str) -> None:
    body = f'<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="{number}"/></valueQuantity></Observation>'
    assert f'"value":{number}}}'.encode() in read(body.encode())


@pytest.mark.parametrize(
    "div",
    [
        f'<div xmlns="{XHTML}"><p title=\'a "b" > c\'>x &amp; y<br/><br /><!-- c --> &#160;</p>\n</div>',
        f"<div  xmlns='{XHTML}' ><![CDATA[<]]></div >",
        f'<div xmlns="{XHTML}" title="a>b"/>',
        f'<div xmlns="{XHTML}" xml:lang="nb">æøå 😀</div>',
    ],
)
def test_a_narrative_is_kept_as_it_was_sent(div: str) -> None:
    body = patient(f'<text><status value="generated"/>{div}</text>')
    assert xml.decode(body, Definitions.r4())["text"]["div"] == div


def test_a_narrative_that_leans_on_outer_namespaces_is_made_to_stand_alone() -> None:
    prefixed = (
        f'<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="{XHTML}"><f:text><f:status value="generated"/>'
        '<h:div xml:lang="nb"><h:p class="a">x &amp; y</h:p></h:div></f:text></f:Patient>'
    )
    inherited = (
        f'<f:Patient xmlns:f="http://hl7.org/fhir" xmlns="{XHTML}"><f:text><f:status value="generated"/>'
        "<div><p>x</p></div></f:text></f:Patient>"
    )
    definitions = Definitions.r4()
    assert (
        xml.decode(prefixed.encode(), definitions)["text"]["div"] == f'<div xmlns="{XHTML}" xml:lang="nb"><p class="a">x &amp; y</p></div>'
    )
    assert xml.decode(inherited.encode(), definitions)["text"]["div"] == f'<div xmlns="{XHTML}"><p>x</p></div>'


def test_a_byte_order_mark_and_schema_location_are_passed_over() -> None:
    body = (
        '<?xml version="1.0" encoding="utf-8"?><Patient xmlns="http://hl7.org/fhir" '
        'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b"/>'
    )
    assert read(b"\xef\xbb\xbf" + body.encode()) == b'{"resourceType":"Patient"}'


@pytest.mark.parametrize(
    ("inner", "rule", "expression", "words"),
    [
        ("<foo/>", "xml-element-unknown", "Patient", "'foo'"),
        ("<gendr value='x'/>", "xml-element-unknown", "Patient", "did you mean gender?"),
        ("<deceased value='x'/>", "xml-element-unknown", "Patient", "deceasedBoolean"),
        ("<contact><id value='1'/></contact>", "xml-element-unknown", "Patient.contact[0]", "attribute"),
        ("<birthDate value='2000'/><gender value='male'/>", "xml-element-order", "Patient.gender", "the order here is: gender, birthDate"),
        ("<gender value='male'/><gender value='male'/>", "xml-element-repeated", "Patient.gender", "keep one"),
        ("<gender/>", "xml-value-missing", "Patient.gender", "value"),
        ("<gender id='g'/>", "xml-value-missing", "Patient.gender", "value"),
        ("<active value='yes'/>", "xml-value-boolean", "Patient.active", "true or false"),
        ("<active value='1'/>", "xml-value-boolean", "Patient.active", "true or false"),
        ("<multipleBirthInteger value='1.5'/>", "xml-value-integer", "Patient.multipleBirth", "whole number"),
        ("<extension url='u'><valueDecimal value='1,5'/></extension>", "xml-value-decimal", "Patient.extension[0].value", "decimal"),
        ("<gender value='male' code='x'/>", "xml-attribute-unknown", "Patient.gender", "'code'"),
        ("<name value='x'/>", "xml-attribute-unknown", "Patient.name[0]", "'value'"),
        ("<gender value='male'>male</gender>", "xml-text", "Patient.gender", "attribute value"),
        ("<name><![CDATA[x]]></name>", "xml-text", "Patient.name[0]", "text"),
        ("<t:thing xmlns:t='urn:t'/>", "xml-namespace", "Patient", "'urn:t'"),
        ("<text><status value='generated'/><div>x</div></text>", "xml-namespace", "Patient.text.div", "XHTML"),
        (f"<div xmlns='{XHTML}'/>", "xml-namespace", "Patient", "http://hl7.org/fhir"),
        ("<contained/>", "xml-resource-count", "Patient.contained[0]", "0 elements"),
        ("<contained><Group/><Group/></contained>", "xml-resource-count", "Patient.contained[0]", "2 elements"),
        ("<contained><Grup/></contained>", "xml-resource-unknown", "Patient.contained[0]", "'Grup'"),
        ("<contained><Group xmlns=''/></contained>", "xml-namespace", "Patient.contained[0]", "none is declared"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_place_and_mend(inner: str, rule: str, expression: str, words: str) -> None:
    (issue,) = faults(patient(f"\n{inner}"))
    assert (issue.rule, issue.expression) == (rule, expression)
    assert issue.text.startswith("Line 2: ")
    assert words in issue.text


def test_all_faults_come_together_each_with_its_own_line() -> None:
    issues = faults(patient("<active value='1'/>\n<foo/>\n<name><bar/></name>\n<gender/>"))
    assert [issue.text.partition(":")[0] for issue in issues] == ["Line 1", "Line 2", "Line 3", "Line 4"]


def test_a_flood_of_faults_is_cut_at_a_hundred() -> None:
    issues = faults(patient("<foo/>" * 5000))
    assert len(issues) == 101
    assert issues[-1].rule == "xml-faults"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "xml-empty"),
        (b"  \n", "xml-empty"),
        (b"<Patient", "xml-malformed"),
        (b"{}", "xml-malformed"),
        (b"<a></b>", "xml-malformed"),
        (b"<Patient xmlns='http://hl7.org/fhir'/><x/>", "xml-malformed"),
        (b"<Patient xmlns='http://hl7.org/fhir'>\xff</Patient>", "xml-malformed"),
        (patient("\x00"), "xml-malformed"),
        (patient("<gender value='&#0;'/>"), "xml-malformed"),
        (patient("<gender value='&#xD800;'/>"), "xml-malformed"),
        (patient("<gender value='a' value='b'/>"), "xml-malformed"),
        (patient("<gender value='&nbsp;'/>"), "xml-malformed"),
        (patient("<x:gender/>"), "xml-malformed"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>" + patient(""), "xml-encoding"),
        ("<?xml version='1.0' encoding='UTF-16'?><Patient/>".encode("utf-16"), "xml-encoding"),
        (b"<?xml version='1.1'?>" + patient(""), "xml-version"),
        (b"<!DOCTYPE Patient>" + patient(""), "xml-doctype"),
        (b"<!DOCTYPE p SYSTEM 'http://127.0.0.1:1/x.dtd'>" + patient(""), "xml-doctype"),
        (b"<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + patient("<gender value='&e;'/>"), "xml-doctype"),
        (b"<!DOCTYPE p [<!ENTITY % e SYSTEM 'http://127.0.0.1:1/'> %e;]>" + patient(""), "xml-doctype"),
        (patient("<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"), "xml-xinclude"),
        (b"<Patient/>", "xml-namespace"),
        (b"<Patient xmlns='http://example.org'/>", "xml-namespace"),
        (b"<Foo xmlns='http://hl7.org/fhir'/>", "xml-resource-unknown"),
        (b"<DomainResource xmlns='http://hl7.org/fhir'/>", "xml-resource-unknown"),
        (b"<div xmlns='http://www.w3.org/1999/xhtml'/>", "xml-resource-unknown"),
        (patient("<extension url='u'>" * 100 + "</extension>" * 100), "xml-depth"),
        (patient(f"<text><status value='x'/><div xmlns='{XHTML}'>{'<p>' * 100}{'</p>' * 100}</div></text>"), "xml-depth"),
        (patient("<extension url='u'>" * 40 + "</extension>" * 40), "json-depth"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_read_is_refused_with_one_reason(body: bytes, rule: str) -> None:
    assert rules(body) == [rule]


def test_an_entity_bomb_is_refused_before_it_is_expanded() -> None:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 30))
    body = f"<!DOCTYPE p [<!ENTITY e0 'x'>{entities}]>".encode() + patient("<gender value='&e29;'/>")
    assert rules(body) == ["xml-doctype"]


@pytest.mark.parametrize(
    "body",
    [patient("<name>" + "<given/>" * 500_001 + "</name>"), patient("<name " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(40)) + "/>")],
)
def test_more_elements_or_namespaces_than_any_document_needs_are_refused(body: bytes) -> None:
    assert rules(body) == ["xml-too-large"]


def test_a_doctype_in_a_comment_is_only_a_comment() -> None:
    assert read(b"<!-- <!DOCTYPE x> -->" + patient("")) == b'{"resourceType":"Patient"}'


def test_a_long_array_is_refused() -> None:
    with pytest.raises(FhirError) as caught:
        xml.decode(patient("<name><text value='x'/></name>" * 11), Definitions.r4(), json.Limits(items=10))
    assert caught.value.issues[0].rule == "json-array-length"


_tags = st.sampled_from(["Patient", "name", "given", "extension", "text", "div", "contained", "valueString", "foo", "x:y", "gender"])
_pieces = st.lists(
    st.one_of(
        _tags.map(lambda tag: f"<{tag}>"),
        _tags.map(lambda tag: f"</{tag}>"),
        _tags.map(lambda tag: f"<{tag} value='1' url='u'/>"),
        st.sampled_from(["x", "&amp;", "&e;", "<!-- -->", "<![CDATA[y]]>", "<!DOCTYPE z>", f"<div xmlns='{XHTML}'>", "\x00", "<"]),
    ),
    max_size=12,
)


@given(_pieces)
@settings(max_examples=300, deadline=None)
def test_any_markup_gives_a_resource_or_a_refusal(pieces: list[str]) -> None:
    try:
        xml.decode(patient("".join(pieces)), Definitions.r4())
    except FhirError as refusal:
        assert refusal.status == 400
