"""Compares the words in code and templates with the English catalogue.

`python -m tests.support.translations` lists what is missing; with `--update` it writes every new
message into the catalogue, untranslated, and takes out those that are gone.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "shop/translations/en/LC_MESSAGES/messages.po"
FOLDERS = ("shop", "producers", "catalog", "orders", "demo", "templates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def new_catalogue() -> Catalog:
    comment = "# English words of Xiangyuan. The msgid is the Simplified Chinese text."
    return Catalog(
        locale="en",
        project="xiangyuan",
        version="1",
        header_comment=comment,
        language_team="en",
        last_translator="Xiangyuan",
        msgid_bugs_address="issues",
        fuzzy=False,
    )


def is_ours(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[:1] in [(name,) for name in FOLDERS]


def wanted() -> Catalog:
    """Every message that a person may see, as written in code and templates."""
    with (ROOT / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    catalogue = new_catalogue()
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=is_ours)
    for path, _line, message, comments, context in found:
        catalogue.add(message, None, [(path, 1)], auto_comments=comments, context=context)
    return catalogue


def existing() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def faults() -> list[str]:
    """What is missing, not translated, uncertain or no longer used, one line each."""
    have, want = existing(), wanted()
    lines = []
    for message in want:
        if not message.id:
            continue
        translated = have.get(message.id, message.context)
        words = message.id if isinstance(message.id, str) else message.id[0]
        if translated is None:
            lines.append(f"missing       {words}")
        elif not translated.string or (
            isinstance(translated.string, tuple | list) and not all(translated.string)
        ):
            lines.append(f"untranslated  {words}")
        elif translated.fuzzy:
            lines.append(f"fuzzy         {words}")
        elif list(translated.check()):
            lines.append(f"placeholders  {words}")
    lines += [f"unused        {m.id}" for m in have if m.id and want.get(m.id, m.context) is None]
    return lines


def update() -> None:
    have = existing() if CATALOGUE.exists() else new_catalogue()
    have.update(wanted(), no_fuzzy_matching=True)
    have.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, have, width=100, sort_by_file=True, include_lineno=False)


def main() -> int:
    if "--update" in sys.argv[1:]:
        update()
    if not CATALOGUE.exists():
        print(f"there is no catalogue {CATALOGUE.relative_to(ROOT)}")
        return 1
    found = faults()
    print("\n".join(found) or "every message is translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
