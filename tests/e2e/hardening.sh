#!/bin/sh
# hardening.sh PROGRAM: reads from the program itself that it was built hardened. Prints what is missing.
set -eu

program=$1
headers=$(readelf --wide --file-header --program-headers --dynamic "$program")
symbols=$(readelf --wide --dyn-syms "$program")
missing=0

# holds TEXT PATTERN WHAT: TEXT has a line that matches.
holds() {
    if ! printf '%s\n' "$1" | grep -Eq -- "$2"; then
        echo "$program: not hardened: $3" >&2
        missing=$((missing + 1))
    fi
}

# lacks TEXT PATTERN WHAT: no line of TEXT does.
lacks() {
    if printf '%s\n' "$1" | grep -Eq -- "$2"; then
        echo "$program: not hardened: $3" >&2
        missing=$((missing + 1))
    fi
}

holds "$headers" 'Type: +DYN'              'it is not position independent (-fPIE -pie)'
holds "$headers" 'FLAGS_1.* PIE'           'it is a library, not a position-independent program (-pie)'
holds "$headers" 'GNU_RELRO'               'its tables stay writable (-z relro)'
holds "$headers" 'FLAGS_1.* NOW'           'its symbols are bound late (-z now)'
holds "$headers" 'GNU_STACK .* RW '        'its stack may be executed (-z noexecstack)'
lacks "$headers" 'LOAD .* RWE '            'it has memory that is both writable and executable'
lacks "$headers" '(RPATH|RUNPATH)'         'it looks for libraries where it was built (RPATH)'
holds "$symbols" ' __stack_chk_fail@'      'no stack protector (-fstack-protector-strong)'
lacks "$symbols" ' v?f?printf@'            'it prints unchecked (-D_FORTIFY_SOURCE=3)'

[ "$missing" -eq 0 ]
