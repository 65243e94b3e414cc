"""What a UCUM unit is called in words: ``mm[Hg]`` is "millimetre of mercury", ``mmol/L`` "millimole per litre".

The names are those of The Unified Code for Units of Measure, https://ucum.org/ucum, tables 1 to 28, as far as health care uses them.
"""

from __future__ import annotations

import re

_PREFIXES = {
    "Y": "yotta", "Z": "zetta", "E": "exa", "P": "peta", "T": "tera", "G": "giga", "M": "mega", "k": "kilo", "h": "hecto", "da": "deca",
    "d": "deci", "c": "centi", "m": "milli", "u": "micro", "n": "nano", "p": "pico", "f": "femto", "a": "atto", "z": "zepto",
    "y": "yocto", "Ki": "kibi", "Mi": "mebi", "Gi": "gibi", "Ti": "tebi",
}  # fmt: skip
_METRIC = {
    "m": "metre", "s": "second", "g": "gram", "rad": "radian", "K": "kelvin", "C": "coulomb", "cd": "candela", "mol": "mole",
    "sr": "steradian", "Hz": "hertz", "N": "newton", "Pa": "pascal", "J": "joule", "W": "watt", "A": "ampere", "V": "volt", "F": "farad",
    "Ohm": "ohm", "S": "siemens", "Wb": "weber", "Cel": "degree Celsius", "T": "tesla", "H": "henry", "lm": "lumen", "lx": "lux",
    "Bq": "becquerel", "Gy": "gray", "Sv": "sievert", "l": "litre", "L": "litre", "ar": "are", "t": "tonne", "bar": "bar",
    "u": "unified atomic mass unit", "eV": "electronvolt", "dyn": "dyne", "erg": "erg", "P": "poise", "Ci": "curie", "cal": "calorie",
    "m[H2O]": "metre of water", "m[Hg]": "metre of mercury", "eq": "equivalent", "osm": "osmole", "kat": "katal", "U": "unit",
    "[iU]": "international unit", "[IU]": "international unit", "B": "bel", "bit": "bit", "By": "byte",
}  # fmt: skip
_PLAIN = {
    "%": "percent", "[pi]": "pi", "10*": "ten", "10^": "ten", "[ppth]": "part per thousand", "[ppm]": "part per million",
    "[ppb]": "part per billion", "deg": "degree", "'": "minute of angle", "''": "second of angle", "min": "minute", "h": "hour",
    "d": "day", "wk": "week", "mo": "month", "a": "year", "mo_j": "mean Julian month", "a_j": "mean Julian year",
    "atm": "standard atmosphere", "[in_i]": "inch", "[ft_i]": "foot", "[yd_i]": "yard", "[mi_i]": "mile", "[lb_av]": "pound",
    "[oz_av]": "ounce", "[degF]": "degree Fahrenheit", "[gal_us]": "US gallon", "[qt_us]": "US quart", "[pt_us]": "US pint",
    "[foz_us]": "US fluid ounce", "[cup_us]": "US cup", "[tbs_us]": "US tablespoon", "[tsp_us]": "US teaspoon", "[drp]": "drop",
    "[pH]": "pH", "[arb'U]": "arbitrary unit", "[HPF]": "high power field", "[LPF]": "low power field", "[MET]": "metabolic equivalent",
    "[CFU]": "colony forming unit", "[psi]": "pound per square inch", "[diop]": "dioptre",
    "[Amb'a'1'U]": "allergen unit for Ambrosia artemisiifolia", "[beth'U]": "Bethesda unit", "[todd'U]": "Todd unit",
}  # fmt: skip
_POWERS = {2: "square {}", 3: "cubic {}"}
_PARTS = re.compile(r"[./]|\{[^}]*\}|(?:[^\[\]{}./]|\[[^\]]*\])+")
_POWER = re.compile(r"(.+?)([+-]?\d+)")


def _atom(code: str) -> str:
    if code in _PLAIN or code in _METRIC:
        return _PLAIN.get(code) or _METRIC[code]
    for length in (2, 1):
        if code[:length] in _PREFIXES and code[length:] in _METRIC:
            return _PREFIXES[code[:length]] + _METRIC[code[length:]]
    return code


def _part(text: str) -> str:
    if text.startswith("{"):
        return text[1:-1]
    raised = _POWER.fullmatch(text)
    if text.isdecimal() or raised is None or text in _PLAIN:
        return text if text.isdecimal() else _atom(text)
    name, power = _atom(raised[1]), int(raised[2])
    words = "{} to the power of " + str(power)
    return (words if name == "ten" else _POWERS.get(power, words)).format(name)


def name_of_unit(code: str) -> str:
    """The unit in English words, part by part; a part without a name here stays as it is spelt. ``code`` is a valid unit."""
    if "(" in code:
        return code
    words: list[str] = []
    for part in _PARTS.findall(code):
        if part == "/":
            words.append("per")
        elif part.startswith("{") and words and words[-1] != "per":
            words[-1] += f" ({part[1:-1]})"
        elif part != ".":
            words.append(_part(part))
    return " ".join(words)
