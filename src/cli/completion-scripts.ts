import { EXIT } from './exit-code.ts';
import { COMPLETE, type Shell } from './shells.ts';
import type { StandardStreams } from './standard-streams.ts';

/**
 * Prints what makes a shell ask exhunt itself what may stand where the cursor is, so that no script has to know an option.
 *
 * @returns the exit code
 */
export async function printCompletion(shell: Shell, streams: StandardStreams): Promise<number> {
  await streams.write(SCRIPTS[shell]);
  await streams.flush();
  return EXIT.clean;
}

/** Works from bash 3.2 on, and without the package bash-completion. */
const BASH = String.raw`# Completes exhunt in bash. In ~/.bashrc: source <(exhunt completion bash)
_exhunt() {
  local words=() last=-1 index word line candidate
  # bash cuts words at = and at colons, exhunt does not. A dot in front of each keeps empty ones.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=${'$'}{COMP_WORDS[index]}
    if ((last >= 0)) && [[ $word == [=:]* || ${'$'}{words[last]} == *[=:] ]]; then
      words[last]+=$word
    else
      last=$((last + 1))
      words[last]=.$word
    fi
  done
  local current=${'$'}{words[last]#.} part=${'$'}{COMP_WORDS[COMP_CWORD]}
  [[ $part == [=:] ]] && part=
  local done_part=${'$'}{current%"$part"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == $'\tfiles' ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
      done < <(compgen -f -- "${'$'}{current#*=}")
    else
      candidate=${'$'}{line%%$'\t'*}
      [[ $candidate == *= ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("${'$'}{candidate#"$done_part"}")
    fi
  done < <("${'$'}{COMP_WORDS[0]/#\~/$HOME}" ${COMPLETE} "${'$'}{words[@]}" 2> /dev/null)
}
complete -F _exhunt exhunt
`;

const ZSH = String.raw`#compdef exhunt
# Completes exhunt in zsh. In ~/.zshrc, below compinit: source <(exhunt completion zsh)
_exhunt() {
  local line value text
  local -a closed open
  local -i wants_files=0
  # A dot in front of each word keeps empty ones.
  for line in "${'$'}{(@f)$("${'$'}{(Q)words[1]/#\~/$HOME}" ${COMPLETE} "${'$'}{(@)${'$'}{(@Q)words[2,CURRENT]}/#/.}" 2> /dev/null)}"; do
    value=${'$'}{line%%$'\t'*}
    text=${'$'}{line#*$'\t'}
    if [[ -z $value ]]; then
      [[ $text == files ]] && wants_files=1
    elif [[ $value == *= ]]; then
      open+=("${'$'}{value//:/\\:}:$text")
    else
      closed+=("${'$'}{value//:/\\:}:$text")
    fi
  done
  (( ${'$'}#closed )) && _describe -t values 'exhunt' closed
  (( ${'$'}#open )) && _describe -t values 'exhunt' open -S ''
  if (( wants_files )); then
    compset -P '*='
    _files
  fi
}
if [[ ${'$'}{funcstack[1]} == _exhunt ]]; then
  _exhunt "$@"
else
  compdef _exhunt exhunt
fi
`;

/** PowerShell completes names of files itself where it is given nothing. */
const POWERSHELL = String.raw`# Completes exhunt in PowerShell. In $PROFILE: exhunt completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName @('exhunt', 'exhunt.cmd', 'exhunt.ps1') -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition })
    $program = $elements[0].Extent.Text
    # A dot in front of each word keeps empty ones.
    $words = @($elements | Select-Object -Skip 1 | ForEach-Object { '.' + $_.Extent.Text })
    if ($wordToComplete -eq '') { $words += '.' }
    foreach ($line in @(& $program ${COMPLETE} @words 2>$null)) {
        $value, $text = $line -split [char]9, 2
        if ($value -ne '') {
            if ([string]::IsNullOrEmpty($text)) { $text = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
        }
        elseif ($text -eq 'files' -and $wordToComplete -match '^([^=]*=)(.*)$') {
            $prefix = $Matches[1]
            Get-ChildItem -Path ($Matches[2] + '*') -ErrorAction SilentlyContinue | ForEach-Object {
                $name = $prefix + (Resolve-Path -LiteralPath $_.FullName -Relative)
                [System.Management.Automation.CompletionResult]::new($name, $_.Name, 'ProviderItem', $_.FullName)
            }
        }
    }
}
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, powershell: POWERSHELL };
