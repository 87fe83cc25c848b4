#!/usr/bin/python3
"""Counts test cases: prints "PASSED FAILED" for a folder with ctest's JUnit file and GoogleTest's XML files.

A GoogleTest program counts with each of its cases; one that crashed or wrote nothing, and any other test, counts as one.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def count_program(path):
    """Cases of one GoogleTest program: (passed, failed)."""
    passed = failed = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.get("status") == "notrun" or case.get("result") == "skipped":
            continue
        if case.find("failure") is None:
            passed += 1
        else:
            failed += 1
    return passed, failed


def main():
    folder = pathlib.Path(sys.argv[1])
    passed = failed = 0
    for test in ElementTree.parse(folder / "ctest.xml").getroot().iter("testcase"):
        good = test.get("status") == "run"
        cases = folder / f"{test.get('name')}_tests.xml"
        try:
            case_passed, case_failed = count_program(cases)
        except (OSError, ElementTree.ParseError):
            case_passed, case_failed = (1, 0) if good else (0, 1)
        if not good and case_failed == 0:
            case_failed = 1  # it failed as a whole: a crash, a sanitizer's finding at the end, a time-out
        passed += case_passed
        failed += case_failed
    print(passed, failed)


if __name__ == "__main__":
    main()
