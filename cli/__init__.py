"""The `clew` command: it parses, calls the public API, shows, and sets the exit code. No logic lives here.

Exit codes: 0 done; 1 an error of Clew, or `verify` or `models check` found a difference; 2 wrong usage;
130 interrupted. An error is one line on standard error.

What a command shows goes to standard output: tables on a terminal, tab-separated lines in a pipe, and with
`--json` one JSON value in both. Progress and notes go to standard error.
"""
