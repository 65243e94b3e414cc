from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.ucum import canonical, conversion, is_valid
from hit_maternity.fhir.ucum.units import ARBITRARY, BASE, LEVELS, METRIC, NOT_METRIC, OWN_SCALES, PREFIXES


@pytest.mark.parametrize(
    ("value", "code", "amount", "unit"),
    [
        ("120", "mm[Hg]", "15998640", "g.m-1.s-2"),
        ("16", "kPa", "16000000", "g.m-1.s-2"),
        ("37", "Cel", "310.15", "K"),
        ("98.6", "[degF]", "310.15", "K"),
        ("1", "[lb_av]", "453.59237", "g"),
        ("68", "[in_i]", "1.7272", "m"),
        ("5", "%", "0.05", "1"),
        ("11.4", "g/dL", "114000", "g.m-3"),
        ("50", "mmol/mol", "0.05", "1"),
        ("1", "mmol/L", "602214076000000000000000", "m-3"),
        ("72", "/min", "1.2", "s-1"),
        ("72", "{beats}/min", "1.2", "s-1"),
        ("72", "/min{beats}", "1.2", "s-1"),
        ("25", "kg/m2", "25000", "g.m-2"),
        ("90", "mL/min/{1.73_m2}", "0.0000015", "m3.s-1"),
        ("4.5", "10*9/L", "4500000000000", "m-3"),
        ("12", "m[IU]/mL", "12000", "[iU].m-3"),
        ("12", "[iU]/L", "12000", "[iU].m-3"),
        ("40", "wk", "24192000", "s"),
        ("1", "mo", "2629800", "s"),
        ("2", "ug/kg/h", "5.555555555555555555555555556E-13", "s-1"),
        ("1", "ug/(kg.h)", "2.777777777777777777777777778E-13", "s-1"),
        ("7.4", "[pH]", "7.4", "[pH]"),
        ("10", "dB", "1", "B"),
        ("3", "{tbl}", "3", "1"),
        ("3", "1", "3", "1"),
        ("3", "2.m", "6", "m"),
        ("1", "cm[H2O]", "98066.5", "g.m-1.s-2"),
        ("1", "J/Cel", "1000", "K-1.g.m2.s-2"),
        ("1", "mCel", "273.151", "K"),
        ("1", "Ki1", None, None),
    ],
)
def test_an_amount_in_base_units(value: str, code: str, amount: str | None, unit: str | None) -> None:
    expected = None if amount is None else (Decimal(amount), unit)
    assert canonical(Decimal(value), code) == expected


@pytest.mark.parametrize(
    ("one", "code", "other", "same"),
    [
        ("1", "[ft_i]", "12", "[in_i]"),
        ("1", "kg", "1000", "g"),
        ("1", "L", "1", "dm3"),
        ("1", "l", "1000", "mL"),
        ("1", "d", "24", "h"),
        ("1", "U", "1", "umol/min"),
        ("1", "meq/L", "1", "mmol/L"),
        ("100", "Cel", "212", "[degF]"),
        ("1", "10*3/uL", "1", "10*9/L"),
        ("1", "ng/mL", "1", "ug/L"),
        ("1", "kcal_th", "1", "[Cal]"),
        ("1", "[IU]", "1", "[iU]"),
        ("1", "m/s2", "1", "m.s-2"),
        ("1", "10^3", "1000", "1"),
    ],
)
def test_equal_amounts_are_equal_in_base_units(one: str, code: str, other: str, same: str) -> None:
    assert canonical(Decimal(one), code) == canonical(Decimal(other), same)


@pytest.mark.parametrize(
    ("code", "other"), [("[iU]", "1"), ("[iU]", "mol"), ("[pH]", "mol/L"), ("g", "mol"), ("m", "s"), ("[arb'U]", "[iU]")]
)
def test_amounts_of_different_kinds_are_never_equal(code: str, other: str) -> None:
    left, right = conversion(code), conversion(other)
    assert left and right and left.unit != right.unit


@pytest.mark.parametrize(
    "code",
    [
        "mmHg",
        "mm Hg",
        "lbs",
        "celsius",
        "kk",
        "2m",
        "m//s",
        "m/",
        "m.",
        "(m",
        "m)",
        "()",
        "",
        "m{",
        "0",
        "µg",
        "KG",
        "m^2",
        "k[in_i]",
        "kCelg",
        "m2x",
        "-1",
        "m 2",
        "{a}{b}",
        "a b",
        "m.m." + "m." * 200,
        "(" * 500 + "m" + ")" * 500,
        "m9999",
    ],
)
def test_what_is_no_unit_is_refused(code: str) -> None:
    assert not is_valid(code)
    assert canonical(Decimal(1), code) is None


# The units of the table "UCUM codes for electronic messaging" that clinical laboratories and wards use most.
COMMON = """% %{total} /[HPF] /[LPF] /d /h /L /uL /mL /min /mo /s /wk 10*12/L 10*3/uL 10*6/uL 10*6/[iU] 10*9/L [APL'U] [CFU] [CFU]/mL
[GPL'U] [MPL'U] [IU]/mL [IU]/h [IU]/kg [arb'U]/mL [beth'U] [cup_us] [degF] [diop] [drp] [foz_us] [ft_i] [gal_us] [in_i]
[in_i'H2O] [iU] [iU]/dL [iU]/g{Hb} [lb_av] [oz_av] [oz_tr] [pH] [ppb] [ppm] [psi] [pt_us] [qt_us] [sft_i] [sin_i] [tbs_us]
[tsp_us] [yd_i] a A atm bar Bq C Cel cg cL cm cm[H2O] cm2 cm2/s cP cSt d daL/min dB deg deg/s dg dL dm dyn.s/cm dyn.s/(cm.m2)
eq eq/L eq/mmol erg eV F fg fL fm fmol fmol/mg g g.m g/(100.g) g/(12.h) g/(24.h) g/(5.h) g/(8.h) g/cm3 g/d g/dL g/g g/h
g/h/m2 g/kg g/kg/(8.h) g/L g/m2 g/mL g/mmol{creat} Gy h H Hz J J/L K K/W k[iU]/mL kat kat/L kcal kcal/[oz_av] kcal/d kcal/h
kg kg.m/s kg/h kg/L kg/m2 kg/m3 kg/min kg/mol kL km kPa ks L L/(24.h) L/h L/kg L/L L/min L/min/m2 L/s lm lm.m2 m m/s m/s2
m[iU]/L m2 m3/s mA mbar mbar.s/L meq meq/(24.h) meq/dL meq/g meq/kg meq/L meq/m2 mg mg/(12.h) mg/dL mg/g{creat} mg/kg/min
mg/L mg/mmol mg/mmol{creat} min mL mL/[sin_i] mL/cm[H2O] mL/dL mL/kg/min mL/mbar mL/min/{1.73_m2} mm mm/h mm[Hg] mm2 mmol
mmol/(8.h.kg) mmol/d mmol/kg mmol/L mmol/mol mmol/mol{creat} mo mol mol/kg mol/kg/s mol/L mol/m3 mol/mL mosm mosm/kg mosm/L
mPa mPa.s Ms ms mU/g mU/L mU/mL mV N N.cm N.s ng ng/dL ng/mL ng/mL/h ng/U nkat nL nm nm/s/L nmol nmol/L nmol/min/mL nmol/s
Ohm Ohm.m osm osm/kg osm/L pA Pa pg pg/mL pH pkat pL pm pmol pmol/L ps pT R S Sv T t U U/(12.h) U/dL U/g U/g{Hb} U/kg/h U/L
U/mL U/min ueq ug ug/(24.h) ug/dL ug/g{creat} ug/h ug/kg/min ug/L ug/mL ug{FEU}/mL uL uL/h um um/s umol umol/L umol/mL/min us
uU/mL uV V Wb wk {INR} {ratio} {score} {titer} kPa.s/L [MET].min/wk {#}/[HPF] 10*-3.eq/L mL/(kg.d) mg/{creat} [Lf] [hnsf'U] B
B[V] Np [ly] [g] [in_us] [mi_us] circ sr [wood'U] [CCID_50] [EID_50]"""


@pytest.mark.parametrize("code", [c for c in COMMON.split() if c != "pH"])
def test_units_of_clinical_use_are_known(code: str) -> None:
    assert is_valid(code)


def test_every_unit_of_the_table_is_defined_down_to_base_units() -> None:
    named = {*BASE, *LEVELS, *OWN_SCALES, *ARBITRARY}
    for code in (*METRIC, *NOT_METRIC, *named):
        found = conversion(code)
        assert found and found.factor > 0, code
        for prefix in PREFIXES if code in METRIC or code in BASE else ():
            scaled = conversion(prefix + code)
            assert scaled, prefix + code


def test_a_unit_is_never_read_as_a_prefix_and_another() -> None:
    """``cd`` is candela, not centiday; ``Pa`` pascal, not peta-year; ``min`` minute."""
    for code, unit in [("cd", "cd"), ("Pa", "g.m-1.s-2"), ("min", "s"), ("dar", "m2"), ("mol", "1"), ("Gy", "m2.s-2"), ("nm", "m")]:
        found = conversion(code)
        assert (found.unit if found else None) == unit


@given(st.text(max_size=30) | st.text(alphabet="mgkLs/.(){}[]0123456789-+*^", max_size=30))
def test_any_text_is_a_unit_or_not(code: str) -> None:
    found = canonical(Decimal("1.5"), code)
    assert found is None or found[0] > 0


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_amount_is_converted(value: Decimal) -> None:
    found = canonical(value, "mm[Hg]")
    assert found is not None and found[1] == "g.m-1.s-2"
