# From gcovr's CSV to a line for each folder; fails where too little was run through.

NR > 1 {
    folder = $1
    sub(/\/[^\/]*$/, "", folder)
    sub(/^core\/.*/, "core", folder)
    area = folder == "core" ? "core" : "the rest"
    add(folder)
    if (folder != area) {
        add(area)
    }
}

function add(name) {
    lines[name] += $2
    lines_run[name] += $3
    branches[name] += $5
    branches_run[name] += $6
}

function share(part, whole) {
    return whole > 0 ? 100 * part / whole : 100
}

function row(name) {
    return sprintf("%-14s %6d lines %5.1f%%  %6d branches %5.1f%%", name, lines[name],
        share(lines_run[name], lines[name]), branches[name], share(branches_run[name], branches[name]))
}

function must(name, what, got, least) {
    if (got < least) {
        printf "%s: %.1f%% of the %s, and at least %d%% are asked for\n", name, got, what, least
        failed = 1
    }
}

END {
    for (name in lines) {
        if (name != "core" && name != "the rest") {
            print row(name) | "sort"
        }
    }
    close("sort")
    print row("core")
    print row("the rest")
    must("core", "lines", share(lines_run["core"], lines["core"]), 95)
    must("core", "branches", share(branches_run["core"], branches["core"]), 90)
    must("the rest", "lines", share(lines_run["the rest"], lines["the rest"]), 85)
    exit failed
}
