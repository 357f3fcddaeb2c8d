"""Medians, ratios and the table of a comparison."""

from statistics import median


def summarize(workload, results, base):
    """{server: {"median", "min", "max": {figure: value}, "ratio": value, "failures", "others_cpu_percent"}}"""
    summary = {}
    for name, runs in results.items():
        good = [run for run in runs if "error" not in run]
        summary[name] = {
            "median": _each(workload, good, median),
            "min": _each(workload, good, min),
            "max": _each(workload, good, max),
            "failures": sum("error" in r or r["lost"] > 0 or r["gaps"] > 0 for r in runs),
            "others_cpu_percent": median(r["others_cpu_percent"] for r in good) if good else None,
        }
    first = workload.figures[0].title
    against = summary[base]["median"].get(first)
    for each in summary.values():
        own = each["median"].get(first)
        each["ratio"] = own / against if own is not None and against else None
    return summary


def _each(workload, runs, take):
    taken = {}
    for figure in workload.figures:
        values = [value for value in map(figure.of, runs) if value is not None]
        if values:
            taken[figure.title] = take(values)
    return taken


def lines(workload, summary, base):
    """The table of one workload: a row for each server."""
    head = ["server", *(figure.title for figure in workload.figures)]
    head[2:2] = [f"/ {base}", "min - max"]
    rows = [head + ["others CPU %", "failed"]]
    for name, each in summary.items():
        rows.append(_row(workload, name, each))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    yield f"{workload.name}: {workload.about}"
    for row in rows:
        yield "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths))


def _row(workload, name, each):
    def shown(value, digits):
        return "-" if value is None else f"{value:,.{digits}f}"

    first = workload.figures[0]
    cells = [shown(each["median"].get(figure.title), figure.digits) for figure in workload.figures]
    span = [shown(each[end].get(first.title), first.digits) for end in ("min", "max")]
    cells[1:1] = [shown(each["ratio"], 2), " - ".join(span)]
    return [name, *cells, shown(each["others_cpu_percent"], 0), str(each["failures"])]
