"""Turns the measurements of tools/compare into Markdown tables, JSON, and a section of docs/benchmarks.md.

A measurement is a line: the round, the key of a figure, the value, separated by tabs. A ratio is taken in every round by itself and
its median is reported: what disturbs a whole round disturbs both sides of it.
"""
import argparse
import json
import statistics
import sys

POSTGRESQL_CLIENTS = (4, 16, 64)


def postgresql(codes, *numbers):
    return [f"postgresql_{way}_{codes}_{clients}" for way in ("function", "statements") for clients in numbers]


# Key, what it is, unit. The names in braces are parameters of the run.
FIGURES = [
    ("usher_hot", "Usher, single claims, one code", "claims/s"),
    ("usher_spread", "Usher, single claims, {spread_codes:,} codes", "claims/s"),
    ("usher_pipelined", "Usher, single claims, one code, pipelined 16 deep", "claims/s"),
    ("usher_batch", "Usher, `/redeem/batch`, {batch_lines:,} lines a request, 2 connections", "claims/s"),
    ("nginx", "nginx answering a constant", "answers/s"),
    ("nio", "bare SwiftNIO server answering a constant", "answers/s"),
    ("hummingbird", "Hummingbird answering a constant", "answers/s"),
    ("redis_always", "Redis, `appendfsync always`", "claims/s"),
    ("redis_always_pipelined", "Redis, `appendfsync always`, pipelined 16 deep", "claims/s"),
    ("redis_everysec", "Redis, `appendfsync everysec` (may lose a second)", "claims/s"),
    ("redis_everysec_pipelined", "Redis, `appendfsync everysec`, pipelined 16 deep", "claims/s"),
    *[
        (f"postgresql_{way}_{codes}_{clients}", f"PostgreSQL, {way_name}, {codes_name}, {clients} clients", "claims/s")
        for codes, codes_name in (("hot", "one code"), ("spread", "{spread_codes:,} codes"))
        for way, way_name in (("function", "a function"), ("statements", "statements in a transaction"))
        for clients in POSTGRESQL_CLIENTS
    ],
    ("engine_hot_sequential", "Usher's engine, one code, sequential ids", "claims/s"),
    ("engine_hot_uuid", "Usher's engine, one code, UUIDs", "claims/s"),
    ("engine_many_uuid", "Usher's engine, {engine_claims:,} codes, UUIDs", "claims/s"),
    ("lmdb_nosync_hot_sequential", "C on LMDB, `NOSYNC\\|WRITEMAP` (not crash-safe), one code, sequential ids", "claims/s"),
    ("lmdb_nosync_hot_uuid", "C on LMDB, `NOSYNC\\|WRITEMAP`, one code, UUIDs", "claims/s"),
    ("lmdb_nosync_many_uuid", "C on LMDB, `NOSYNC\\|WRITEMAP`, {engine_claims:,} codes, UUIDs", "claims/s"),
    ("lmdb_synced_hot_sequential", "C on LMDB, a sync per 1,000 claims, one code, sequential ids", "claims/s"),
    ("lmdb_synced_hot_uuid", "C on LMDB, a sync per 1,000 claims, one code, UUIDs", "claims/s"),
    ("lmdb_synced_many_uuid", "C on LMDB, a sync per 1,000 claims, {engine_claims:,} codes, UUIDs", "claims/s"),
    ("disk_p50", "disk: 4 KiB write and `fdatasync`, p50", "ms"),
    ("disk_p99", "disk: 4 KiB write and `fdatasync`, p99", "ms"),
]

# What is divided by what, and at least how much it should be. Of several yardsticks the fastest one of the round counts.
RATIOS = [
    ("single claims / nginx answering a constant", "usher_hot", ["nginx"], 1.0),
    ("single claims / bare SwiftNIO answering a constant", "usher_hot", ["nio"], None),
    ("single claims / Hummingbird answering a constant", "usher_hot", ["hummingbird"], None),
    ("single claims / Redis `appendfsync always`, no pipelining", "usher_hot", ["redis_always"], 3.0),
    ("single claims / Redis `appendfsync everysec`, no pipelining", "usher_hot", ["redis_everysec"], None),
    ("single claims / PostgreSQL, one hot code, at its fastest", "usher_hot", postgresql("hot", *POSTGRESQL_CLIENTS), 60.0),
    ("single claims / PostgreSQL, one hot code, 64 clients", "usher_hot", postgresql("hot", 64), None),
    (
        "single claims over {spread_codes:,} codes / PostgreSQL over as many, at its fastest",
        "usher_spread",
        postgresql("spread", *POSTGRESQL_CLIENTS),
        12.0,
    ),
    (
        "single claims over {spread_codes:,} codes / PostgreSQL over as many, 64 clients",
        "usher_spread",
        postgresql("spread", 64),
        None,
    ),
    ("pipelined 16 deep / Redis `appendfsync always`, pipelined 16 deep", "usher_pipelined", ["redis_always_pipelined"], 2.0),
    ("pipelined 16 deep / Redis `appendfsync everysec`, pipelined 16 deep", "usher_pipelined", ["redis_everysec_pipelined"], None),
    ("`/redeem/batch` over HTTP / the engine, sequential ids", "usher_batch", ["engine_hot_sequential"], 0.8),
    (
        "engine, one code, sequential ids / C on LMDB `NOSYNC\\|WRITEMAP`",
        "engine_hot_sequential",
        ["lmdb_nosync_hot_sequential"],
        1.5,
    ),
    ("engine, one code, UUIDs / C on LMDB `NOSYNC\\|WRITEMAP`", "engine_hot_uuid", ["lmdb_nosync_hot_uuid"], 1.5),
    (
        "engine, {engine_claims:,} codes / C on LMDB `NOSYNC\\|WRITEMAP`, as many",
        "engine_many_uuid",
        ["lmdb_nosync_many_uuid"],
        None,
    ),
    ("engine, {engine_claims:,} codes / engine, one code, UUIDs", "engine_many_uuid", ["engine_hot_uuid"], 0.7),
]

BEGIN, END = "<!-- compare:begin -->", "<!-- compare:end -->"


def read_measurements(path):
    """The value of every figure in every round: key -> {round: value}."""
    values = {}
    with open(path) as lines:
        for line in lines:
            number, key, value = line.rstrip("\n").split("\t")
            values.setdefault(key, {})[int(number)] = float(value)
    unknown = values.keys() - {key for key, _, _ in FIGURES}
    if unknown:
        sys.exit(f"report.py: no place in the report for {', '.join(sorted(unknown))}")
    return values


def summary(rounds):
    return {"median": statistics.median(rounds), "min": min(rounds), "max": max(rounds), "rounds": list(rounds)}


def figures(values, parameters):
    return [
        {"key": key, "name": name.format(**parameters), "unit": unit, **summary(values[key].values())}
        for key, name, unit in FIGURES
        if key in values
    ]


def ratios(values, parameters):
    """The ratios whose two sides were measured; every yardstick of them, or a slower one would count as the fastest."""
    found = []
    for name, measured, yardsticks, goal in RATIOS:
        if measured not in values or any(key not in values for key in yardsticks):
            continue
        rounds = [value / max(values[key][number] for key in yardsticks) for number, value in values[measured].items()]
        found.append({"name": name.format(**parameters), "goal": goal, **summary(rounds)})
    return found


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(figure):
    return f"{number(figure['min'])}–{number(figure['max'])}"


def figure_table(rows):
    yield "| what | median | lowest–highest round |"
    yield "|---|---|---|"
    for row in rows:
        yield f"| {row['name']} | {number(row['median'])} {row['unit']} | {spread(row)} |"


def ratio_table(rows, figure_rows):
    yield "| ratio | goal | median | lowest–highest round | reached |"
    yield "|---|---|---|---|---|"
    for row in rows:
        goal = "" if row["goal"] is None else f"≥ {row['goal']:g}"
        reached = "" if row["goal"] is None else "yes" if row["median"] >= row["goal"] else "no"
        yield f"| {row['name']} | {goal} | {number(row['median'])} | {spread(row)} | {reached} |"
    sync = {row["key"]: row for row in figure_rows if row["key"].startswith("disk_")}
    if len(sync) == 2:
        latency = " / ".join(f"{number(sync[key]['median'])} ms" for key in ("disk_p50", "disk_p99"))
        yield f"| beside it: 4 KiB write and `fdatasync`, p50 / p99 | | {latency} | | |"


def markdown(figure_rows, ratio_rows, parameters):
    rounds = parameters["rounds"]
    lines = [
        f"{parameters['machine']}. {rounds} round{'s' if rounds != 1 else ''} of {parameters['seconds']} s each"
        f"; the engines with {parameters['engine_claims']:,} claims. {parameters['versions']}.",
        "",
        *figure_table(figure_rows),
    ]
    if ratio_rows:
        lines += ["", *ratio_table(ratio_rows, figure_rows)]
    return "\n".join(lines)


def write_section(path, text):
    with open(path) as file:
        document = file.read()
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(END) < document.index(BEGIN):
        sys.exit(f"report.py: {path} needs {BEGIN} and, after it, {END}, once each")
    before, rest = document.split(BEGIN)
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def read_parameters(path):
    """Lines of name=value: whole numbers as such, everything else as text."""
    with open(path) as lines:
        pairs = (line.rstrip("\n").split("=", 1) for line in lines)
        return {name: int(value) if value.isdigit() else value for name, value in pairs}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measurements")
    parser.add_argument("parameters")
    parser.add_argument("--json", help="write all figures and ratios to this file")
    parser.add_argument("--write", help="put the tables into this document, between its markers")
    options = parser.parse_args()
    parameters = read_parameters(options.parameters)
    values = read_measurements(options.measurements)
    figure_rows, ratio_rows = figures(values, parameters), ratios(values, parameters)
    text = markdown(figure_rows, ratio_rows, parameters)
    print(text)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"parameters": parameters, "figures": figure_rows, "ratios": ratio_rows}, file, indent=2, ensure_ascii=False)
            file.write("\n")
    if options.write:
        write_section(options.write, text)


if __name__ == "__main__":
    main()
