"""usage: python3 conformance.py RECORDS

Holds CONFORMANCE.md to its word: each row is there once, and each test that a row names exists and
has passed. RECORDS is a folder with one file per ctest, in which that noted what of it passed. One
line per problem; exit code 1 if there is any.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
ROWS = [
    *(str(n) for n in range(1, 144)),  # client semantics, section 12
    *(f"S{n}" for n in range(1, 21)),  # wire protocol, appendix E.1
    *(f"C{n}" for n in range(1, 13)),  # appendix E.2
]


def read_table(problems):
    """{number: names of tests}, and how many rows say that something is not shown."""
    rows, in_part = {}, 0
    for line in (HERE / "CONFORMANCE.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or not re.fullmatch("[SC]?[0-9]+", cells[0]):
            continue
        number, tests = cells[0], re.findall("`([^`]+)`", line)
        if number not in ROWS:
            problems.append(f"row {number}: there is no such row")
        elif number in rows:
            problems.append(f"row {number} stands there twice")
        elif len(cells) != 4 or cells[2] != (", ".join(f"`{test}`" for test in tests) or "-"):
            problems.append(f"row {number} is not | number | feature | `test`, `test` or - | not shown |")
        else:
            in_part += bool(tests and cells[3])
        rows.setdefault(number, tests)
    return rows, in_part


def tests_in_sources():
    found = set()
    literal = r'"((?:[^"\\]|\\.)*)"'
    for file in HERE.rglob("*.cpp"):
        for literals in re.findall(rf"TEST_CASE\(\s*((?:{literal}\s*)+)", file.read_text()):
            found.add(re.sub(r"\\(.)", r"\1", "".join(re.findall(literal, literals[0]))))
    for file in (HERE / "interop").glob("test_*.py"):
        found |= {f"{file.name}::{name}" for name in re.findall(r"def (test_\w+)", file.read_text())}
    return found


def main(folder):
    problems = []
    rows, in_part = read_table(problems)
    records = {file.name: file.read_text().splitlines() for file in pathlib.Path(folder).iterdir()}
    existing = tests_in_sources() | set(records)
    lines = {line for record in records.values() for line in record}
    skipped = {line.removeprefix("skipped: ") for line in lines if line.startswith("skipped: ")}
    passed = lines - skipped
    # One reason for all of them: the Python client could not be had.
    if skipped - existing:
        skipped |= {test for test in existing if re.fullmatch(r"test_\w+\.py::\w+", test)}

    named = set()
    for number in ROWS:
        if number not in rows:
            problems.append(f"row {number} is missing")
        elif not rows[number]:
            problems.append(f"row {number} has no test")
        for test in rows.get(number, []):
            # A case of compile_fail is one test for each compiler.
            each = {f"{test}_{name}" for name in ("g++", "clang++")} & existing or {test}
            named |= each
            if not each <= existing:
                problems.append(f"row {number}: there is no test `{test}`")
            elif not each <= passed | skipped:
                problems.append(f"row {number}: `{test}` has not passed; it failed or was not run")

    for problem in problems:
        print(problem)
    shown = sum(map(bool, rows.values())) - in_part
    print(f"{len(ROWS)} rows: {shown} shown, {in_part} in part")
    if named & skipped:
        reasons = ", ".join(sorted(skipped - existing)) or "as the tests say"
        print(f"{len(named & skipped)} of {len(named)} tests were skipped: {reasons}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
