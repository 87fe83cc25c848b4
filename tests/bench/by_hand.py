#!/usr/bin/python3
"""The job as somebody writes it in an afternoon: load the documents, read the table, compare, mend what differs.

usage: by_hand.py DOCUMENT DATABASE      prints "INSERTED UPDATED"
Uses what makes Python quick: PyYAML's C loader, the csv module, one SELECT, dictionaries, executemany in one transaction.
"""
import csv
import pathlib
import sqlite3
import sys

import yaml


def load(document):
    with open(document, encoding="utf-8") as file:
        documents = list(yaml.load_all(file, Loader=yaml.CSafeLoader))
    spec = next(one["spec"] for one in documents if one["kind"] == "RowSet")
    rows = list(spec.get("rows", []))
    for source in spec.get("rowsFrom", []):
        with open(pathlib.Path(document).parent / source["file"], encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                row["id"] = int(row["id"])
                row["active"] = int(row["active"])
                row["payout_amount"] = float(row["payout_amount"])
                rows.append(row)
    return spec["table"], spec["key"][0], rows


def main():
    table, key, rows = load(sys.argv[1])
    columns = list(rows[0])
    desired = {row[key]: tuple(row[column] for column in columns) for row in rows}

    database = sqlite3.connect(sys.argv[2])
    at = columns.index(key)
    live = {row[at]: row for row in database.execute(f"SELECT {', '.join(columns)} FROM {table}")}

    missing = [row for one, row in desired.items() if one not in live]
    changed = [(*row, one) for one, row in desired.items() if one in live and live[one] != row]
    with database:
        database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", missing)
        database.executemany(f"UPDATE {table} SET {', '.join(f'{column} = ?' for column in columns)} WHERE {key} = ?", changed)
    print(len(missing), len(changed))


if __name__ == "__main__":
    main()
