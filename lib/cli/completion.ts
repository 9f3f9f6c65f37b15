import type { Command, Option } from 'commander';
import { Argument } from 'commander';
import type { Environment } from './environment';
import { printable } from '../report/wording/printable';

type Shell = 'bash' | 'zsh' | 'fish';

const HELP = `
Examples:
  $ namespace-jail completion bash > /etc/bash_completion.d/namespace-jail
  $ namespace-jail completion zsh > "\${fpath[1]}/_namespace-jail"
  $ namespace-jail completion fish > ~/.config/fish/completions/namespace-jail.fish
`;

/** `completion SHELL`: a script that completes verbs, their options and the options' values. */
export function register(command: Command, io: Environment): void {
  command
    .description('Prints a script that lets your shell complete verbs, options and option values.')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', HELP)
    .action((shell: Shell) => io.out(printable(SCRIPTS[shell](command.parent ?? command).split('\n'))));
}

const SCRIPTS: Readonly<Record<Shell, (program: Command) => string>> = { bash, zsh, fish };

function bash(program: Command): string {
  const cases = program.commands.map((verb) => `    ${verb.name()}) words='${flags(verb).join(' ')}' ;;`);
  const values = program.commands.flatMap((verb) =>
    valued(verb).map((option) => {
      const patterns = names(option).map((flag) => `${verb.name()}:${flag}`);
      return `    ${patterns.join('|')}) choices='${(option.argChoices ?? []).join(' ')}' ;;`;
    }),
  );
  const bare = program.commands.flatMap((verb) =>
    visible(verb)
      .filter(takesWord)
      .flatMap(names)
      .map((flag) => `${verb.name()}:${flag}`),
  );
  return `# bash completion for namespace-jail
_namespace_jail() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  local words='' choices=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${[...verbNames(program), ...flags(program)].join(' ')}' -- "$current"))
    return
  fi
  case "$verb:$previous" in
${[...values, ...argumentChoices(program).map(([verb, words]) => `    ${verb}:${verb}) choices='${words}' ;;`)].join('\n')}
    ${bare.join('|')}) return ;;
  esac
  if [ -n "$choices" ] && [ "\${current#-}" = "$current" ]; then
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
    return
  fi
  case "$verb" in
${cases.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _namespace_jail namespace-jail
`;
}

function zsh(program: Command): string {
  const described = program.commands.map((verb) => `    '${verb.name()}:${zshText(about(verb))}'`);
  const cases = program.commands.map((verb) => {
    const specs = visible(verb).map((option) => `        ${zshOption(option)}`);
    const choices = verb.registeredArguments[0]?.argChoices;
    const rest = choices === undefined ? `'*:file:_files'` : `'*:value:(${choices.join(' ')})'`;
    return `      ${verb.name()})\n        _arguments \\\n${[...specs, `        ${rest}`].join(' \\\n')}\n        ;;`;
  });
  return `#compdef namespace-jail
_namespace_jail() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
  else
    local verb="$words[2]"
    shift words
    (( CURRENT -= 1 ))
    case "$verb" in
${cases.join('\n')}
    esac
  fi
}
if [ "$funcstack[1]" = "_namespace_jail" ]; then
  _namespace_jail "$@"
else
  compdef _namespace_jail namespace-jail
fi
`;
}

function zshOption(option: Option): string {
  const words = takesWord(option) ? ' ' : '_files';
  const value = `:value:${option.argChoices === undefined ? words : `(${option.argChoices.join(' ')})`}`;
  const both = names(option);
  const spec = `[${zshText(option.description)}]${takesValue(option) ? value : ''}`;
  const [only] = both;
  if (both.length === 1 && only !== undefined) return `'*${only}${spec}'`;
  return `{${both.map((flag) => `'*${flag}'`).join(',')}}'${spec}'`;
}

function zshText(text: string): string {
  return text.replace(/'/g, `'\\''`).replace(/[[\]:]/g, '\\$&');
}

function fish(program: Command): string {
  const lines = ['# fish completion for namespace-jail'];
  for (const verb of program.commands) {
    lines.push(
      `complete -c namespace-jail -n __fish_use_subcommand -f -a ${verb.name()} -d '${fishText(about(verb))}'`,
    );
  }
  for (const verb of program.commands) {
    const when = `-n '__fish_seen_subcommand_from ${verb.name()}'`;
    for (const option of visible(verb)) {
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
      const long = option.long === undefined ? '' : ` -l ${option.long.slice(2)}`;
      const choices = option.argChoices === undefined ? '' : ` -x -a '${option.argChoices.join(' ')}'`;
      const free = takesWord(option) ? ' -x' : ' -r';
      const value = takesValue(option) && choices === '' ? free : choices;
      lines.push(
        `complete -c namespace-jail ${when}${short}${long}${value} -d '${fishText(option.description)}'`,
      );
    }
  }
  for (const [verb, words] of argumentChoices(program)) {
    lines.push(`complete -c namespace-jail -n '__fish_seen_subcommand_from ${verb}' -f -a '${words}'`);
  }
  return `${lines.join('\n')}\n`;
}

function fishText(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/'/g, "\\'");
}

function verbNames(program: Command): string[] {
  return program.commands.map((verb) => verb.name());
}

function visible(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function valued(command: Command): Option[] {
  return visible(command).filter((option) => option.argChoices !== undefined);
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

/** Whether its value is anything but a file: those of this folder would mislead. */
function takesWord(option: Option): boolean {
  return (
    takesValue(option) && option.argChoices === undefined && !/<(?:file|path|folder)>/.test(option.flags)
  );
}

function names({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function flags(command: Command): string[] {
  return visible(command).flatMap(names);
}

/** Verbs whose first argument is one of a fixed set of words. */
function argumentChoices(program: Command): (readonly [string, string])[] {
  return program.commands.flatMap((verb) => {
    const choices = verb.registeredArguments[0]?.argChoices;
    return choices === undefined ? [] : [[verb.name(), choices.join(' ')] as const];
  });
}

function about(verb: Command): string {
  return verb.summary() || verb.description();
}
