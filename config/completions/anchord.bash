# Completion of anchord(1) for bash.
_anchord()
{
    local cur prev words cword
    _init_completion || return

    case $prev in
    -c | --config)
        _filedir '@(yaml|yml)'
        return
        ;;
    --db)
        _filedir '@(db|sqlite|sqlite3)'
        return
        ;;
    -o | --output)
        _filedir
        return
        ;;
    -f | --format)
        case ${words[1]} in
        lint) mapfile -t COMPREPLY < <(compgen -W 'text tsv' -- "$cur") ;;
        export) mapfile -t COMPREPLY < <(compgen -W 'csv json' -- "$cur") ;;
        esac
        return
        ;;
    esac
    if [ "$cword" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W \
            'run check doctor console lint import export backup restore verify forget chart --help --version' -- "$cur")
        return
    fi
    if [[ $cur == -* ]]; then
        # The program knows its own options.
        mapfile -t COMPREPLY < <(compgen -W "$(anchord "${words[1]}" --help 2>/dev/null |
            grep -oE -- '--[a-z-]+|(^|[ ,])-[a-z]\b' | tr -d ' ,' | sort -u)" -- "$cur")
        return
    fi
    case ${words[1]} in
    lint | import | backup) _filedir ;;
    restore | verify) _filedir '@(db|sqlite|sqlite3)' ;;
    esac
} && complete -F _anchord anchord
