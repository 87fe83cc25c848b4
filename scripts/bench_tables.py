"""Turns measurements of bench.py into Markdown tables. No measuring here."""
import datetime
import statistics

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def rounds(measurements, what, rows, run=None):
    return [one for one in measurements if one["what"] == what and one["rows"] == rows and "seconds" in one
            and (run is None or one["run"] == run)]


def ratio(some, ours, theirs):
    """The median over the rounds of ours / theirs; None where one of them did not run."""
    pairs = [one["seconds"][ours] / one["seconds"][theirs] for one in some if ours in one["seconds"] and theirs in one["seconds"]]
    return statistics.median(pairs) if pairs else None


def best_and_typical(measurements, what, rows, ours, theirs):
    """The best and the middle one of the runs' medians."""
    runs = sorted({one["run"] for one in rounds(measurements, what, rows)})
    medians = [value for run in runs if (value := ratio(rounds(measurements, what, rows, run), ours, theirs)) is not None]
    return (min(medians), statistics.median(medians)) if medians else None


def seconds(measurements, what, rows, program):
    values = [one["seconds"][program] for one in rounds(measurements, what, rows) if program in one["seconds"]]
    return statistics.median(values) if values else None


def value(measurements, what, rows):
    values = [one["value"] for one in measurements if one["what"] == what and one["rows"] == rows and "value" in one]
    return statistics.median(values) if values else None


def show(number, form="{:.2f}"):
    return "–" if number is None else form.format(number)


def show_time(number):
    if number is None:
        return "–"
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (float("inf"), 1.0, "s")):
        if number < limit:
            return f"{number * factor:.3g} {unit}"
    return "–"


def table(head, lines):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out) + "\n"


def sizes(measurements):
    return sorted({one["rows"] for one in measurements})


def compare_table(measurements):
    def cell(what, rows, theirs):
        pair = best_and_typical(measurements, what, rows, "holdfast", theirs)
        return "–" if pair is None else f"{pair[0]:.3g} ({pair[1]:.3g})"

    lines = []
    for rows in sizes(measurements):
        raw = seconds(measurements, "compare by-id", rows, "raw")
        lines.append([
            f"{rows:,}", "–" if raw is None else f"{raw / rows * 1e9:.0f} ns",
            cell("compare by-id", rows, "raw"), cell("compare by-id-shuffled", rows, "raw"),
            cell("compare by-name", rows, "raw"), cell("compare by-name-shuffled", rows, "raw"),
            cell("compare by-id", rows, "anti-join"), cell("compare sqldiff", rows, "sqldiff"),
        ])
    return table(["rows", "raw read, a row", "primary key ÷ raw", "primary key, shuffled ÷ raw", "other key ÷ raw",
                  "other key, shuffled ÷ raw", "primary key ÷ anti-join", "primary key ÷ sqldiff"], lines)


def apply_table(measurements):
    lines = []
    for rows in sizes(measurements):
        raw = seconds(measurements, "apply", rows, "raw")
        ours = seconds(measurements, "apply", rows, "holdfast")
        bare = seconds(measurements, "apply", rows, "holdfast, no journal")
        if raw is None or ours is None or bare is None:
            continue
        all_rounds = rounds(measurements, "apply", rows)
        lines.append([f"{rows:,}", f"{raw / rows * 1e6:.2f} µs", f"{ours / rows * 1e6:.2f} µs",
                      show(ratio(all_rounds, "holdfast", "raw")),
                      show(ratio(all_rounds, "holdfast, no journal", "raw")),
                      show(ratio(all_rounds, "holdfast", "holdfast, no journal"))])
    return table(["rows inserted", "raw loop, a row", "Holdfast, a row", "Holdfast ÷ raw", "without journal ÷ raw",
                  "with ÷ without journal"], lines)


LOADERS = (("csv", "Holdfast, CSV"), ("ndjson", "Holdfast, NDJSON"), ("yaml", "Holdfast, YAML"),
           ("libyaml", "libyaml's events"), ("yaml-cpp", "yaml-cpp's events"))


def speed(measurements, rows, loader):
    """Megabytes of its own text a second."""
    size = value(measurements, f"bytes {'yaml' if loader in ('libyaml', 'yaml-cpp') else loader}", rows)
    took = seconds(measurements, "load", rows, loader)
    return None if size is None or took is None else size / took / 1e6


def load_table(measurements):
    lines = []
    for rows in sizes(measurements):
        speeds = {loader: speed(measurements, rows, loader) for loader, _ in LOADERS}

        def times(ours, theirs, speeds=speeds):
            return "–" if None in (speeds[ours], speeds[theirs]) else f"{speeds[ours] / speeds[theirs]:.1f}"

        if any(speeds.values()):
            lines.append([f"{rows:,}", *(show(speeds[loader], "{:.0f}") for loader, _ in LOADERS), times("csv", "libyaml"),
                          times("ndjson", "libyaml"), times("yaml", "yaml-cpp")])
    return table(["rows", *(f"{name}, MB/s" for _, name in LOADERS), "CSV ÷ libyaml", "NDJSON ÷ libyaml", "YAML ÷ yaml-cpp"], lines)


def memory_table(measurements):
    lines = []
    for rows in sizes(measurements):
        payload = value(measurements, "payload by-id", rows)
        if payload is None:
            continue
        line = [f"{rows:,}", f"{payload:.0f} B"]
        for key in ("id", "name"):
            held = value(measurements, f"memory by-{key}", rows)
            line += [show(held, "{:.0f} B"), show(None if held is None else held / payload)]
        lines.append(line)
    return table(["declared rows", "payload a row", "held, primary key", "÷ payload", "held, other key", "÷ payload"], lines)


JOBS = (("raw", "raw program, CSV"), ("holdfast csv", "Holdfast, CSV"), ("holdfast yaml", "Holdfast, YAML"),
        ("sqldiff", "sqldiff \\| sqlite3"), ("python csv", "Python by hand, CSV"), ("python yaml", "Python by hand, YAML (C loader)"))


def job_tables(measurements):
    times, ratios, memories = [], [], []
    for rows in sizes(measurements):
        some = rounds(measurements, "whole job", rows)
        if not some:
            continue
        times.append([f"{rows:,}", *(show_time(seconds(measurements, "whole job", rows, name)) for name, _ in JOBS)])

        def faster(ours, theirs, some=some):
            return show(ratio(some, theirs, ours), "{:.1f}")

        def peak(name, some=some):
            peaks = [one["memory"][name] for one in some if name in one["memory"]]
            return statistics.median(peaks) if peaks else None

        ratios.append([f"{rows:,}", faster("holdfast csv", "python yaml"), faster("holdfast yaml", "python yaml"),
                       faster("holdfast csv", "python csv"), faster("holdfast csv", "sqldiff"), faster("holdfast csv", "raw")])
        mega = [None if peak(name) is None else peak(name) / 1e6 for name, _ in JOBS]
        share = None if peak("python yaml") is None else peak("python yaml") / peak("holdfast csv")
        memories.append([f"{rows:,}", *(show(one, "{:.0f} MB") for one in mega), show(share, "1/{:.0f}")])
    head = [name for _, name in JOBS]
    return "\n".join((
        table(["rows", *head], times),
        "How many times as fast Holdfast is:\n",
        table(["rows", "CSV : Python, YAML", "YAML : Python, YAML", "CSV : Python, CSV", "CSV : sqldiff", "CSV : raw program"], ratios),
        "Peak memory:\n",
        table(["rows", *head, "Holdfast, CSV : Python, YAML"], memories),
    ))


MEND_MODES = ("WAL, NORMAL", "WAL, FULL", "rollback journal")
MEND_PROGRAMS = (("raw", "raw"), ("raw, journal", "raw with a journal"), ("holdfast", "Holdfast"))


def percentile(measurements, what, program, part):
    values = sorted(one["seconds"][program] for one in rounds(measurements, what, 12))
    return values[min(len(values) - 1, int(part * len(values)))] if values else None


def mend_table(measurements):
    lines = []
    for mode in MEND_MODES:
        for what, name in (("seen", "seen → committed"), ("done", "seen → on the disk, written down"), ("written", "written → committed")):
            key = f"mend {what} {mode}"
            at = {(program, part): percentile(measurements, key, program, part) for program, _ in MEND_PROGRAMS for part in (0.5, 0.99)}
            if None in at.values():
                continue
            pairs = [f"{show_time(at[program, 0.5])}, {show_time(at[program, 0.99])}" for program, _ in MEND_PROGRAMS]

            def times(theirs, key=key, at=at):
                best, typical = best_and_typical(measurements, key, 12, "holdfast", theirs)
                return f"{best:.2f} ({typical:.2f}), {at['holdfast', 0.99] / at[theirs, 0.99]:.2f}"

            lines.append([mode, name, *pairs, times("raw"), times("raw, journal")])
    return table(["mode", "from, to", *(f"{name}: p50, p99" for _, name in MEND_PROGRAMS), "Holdfast ÷ raw: p50, p99", "÷ raw with a journal: p50, p99"], lines)


def idle_table(measurements):
    lines = []
    for name, title in (("bare", "bare inotify loop"), ("holdfast", "holdfast run, 12 rows")):
        cpu, wakes, memory = (value(measurements, f"idle {what} {name}", 12) for what in ("cpu", "wake-ups", "memory"))
        if cpu is not None:
            lines.append([title, f"{cpu:.0f} µs", f"{wakes:.0f}", f"{memory:.1f} MB"])
    return table(["process", "processor time in a minute", "times woken", "resident memory"], lines)


def tables(measurements, machine):
    day = datetime.date.today().isoformat()
    return "\n".join((
        f"Measured {day} on: {machine}.\n",
        "### Full compare\n\nBest of the runs' paired medians, the middle one in brackets.\n",
        compare_table(measurements),
        "### Applying many rows\n",
        apply_table(measurements),
        "### Loading the desired state\n",
        load_table(measurements),
        "### Memory a declared row\n",
        memory_table(measurements),
        "### The whole job: 100 differences (3 of 12 rows)\n",
        job_tables(measurements),
        "### Seen → mended, one of 12 rows\n\nRatios: p50 is the best of the runs' paired medians, the middle one in brackets; p99 of all runs.\n",
        mend_table(measurements),
        "### An idle agent\n\nThe middle one of the runs, a minute each.\n",
        idle_table(measurements),
    ))


def write_between_markers(path, text):
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
