# Completes the commands of edgeagent, their options and file names.
_edgeagent()
{
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "run status health calibration outbox demo replay tap config check doctor gpio version --help --version" -- "$word")
    elif [[ $word == -* ]]; then
        local options
        [[ $command == config ]] && command="config init"
        # shellcheck disable=SC2086 # a command of two words
        options=$(edgeagent $command --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    elif ((COMP_CWORD == 2)) && [[ $command == calibration ]]; then
        mapfile -t COMPREPLY < <(compgen -W "list reset" -- "$word")
    elif ((COMP_CWORD == 2)) && [[ $command == config ]]; then
        mapfile -t COMPREPLY < <(compgen -W "init" -- "$word")
    elif ((COMP_CWORD == 2)) && [[ $command == outbox ]]; then
        mapfile -t COMPREPLY < <(compgen -W "stats list export purge replay" -- "$word")
    fi
}
complete -o default -F _edgeagent edgeagent
