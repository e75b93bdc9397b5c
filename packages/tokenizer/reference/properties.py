"""What each character is to the Python library `tokenizers`, as JSON: ranges of code points, first and last. For tables.mjs.

    python3 reference/properties.py | node reference/tables.mjs
"""
import json
import sys

from tokenizers import Regex, normalizers, pre_tokenizers

CHARACTERS = [chr(point) for point in range(1, 0x110000) if not 0xD800 <= point <= 0xDFFF]


def ranges(test):
    found = []
    for character in CHARACTERS:
        if not test(character):
            continue
        point = ord(character)
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def bert(**options):
    names = ["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"]
    return normalizers.BertNormalizer(**{name: options.get(name, False) for name in names})


def removed_by(normalizer):
    return ranges(lambda character: normalizer.normalize_str(character) == "")


FORMS = {name: getattr(normalizers, name)() for name in ["NFC", "NFD", "NFKC", "NFKD"]}
split = pre_tokenizers.Punctuation()
nfd = FORMS["NFD"]

json.dump(
    {
        "punctuation": ranges(lambda character: len(split.pre_tokenize_str(f"a{character}a")) == 3),
        "removed": removed_by(bert(clean_text=True)),
        "nonspacing": removed_by(bert(strip_accents=True)),
        "marks": removed_by(normalizers.StripAccents()),
        "unassigned": removed_by(normalizers.Replace(Regex(r"\p{Cn}"), "")),
        # Marks that change places with one of another class.
        "moves": ranges(
            lambda c: nfd.normalize_str(f"a{c}\u0334") != f"a{nfd.normalize_str(c)}\u0334"
            or nfd.normalize_str(f"a\u0345{c}") != f"a\u0345{nfd.normalize_str(c)}"
        ),
        "forms": {
            name: {ord(c): form.normalize_str(c) for c in CHARACTERS if form.normalize_str(c) != c}
            for name, form in FORMS.items()
        },
    },
    sys.stdout,
)
