import { join } from 'node:path';
import type { Environment } from '../../lib/cli/environment';
import type { Block } from './blocks';
import { ROOT } from '../helpers/paths';

type Main = (argv: readonly string[], io: Omit<Environment, 'setExit'>) => Promise<number>;

/** One call of the command that a block shows. */
export interface Call {
  readonly line: string;
  readonly argv: readonly string[];
  /** The output that a console block shows below it; `undefined` if it shows none. */
  readonly shown: string | undefined;
}

const COMMAND = /^(?:npx (?:--no-install )?)?namespace-jail\b/;
const SOURCE = join(ROOT, 'lib', 'cli', 'main.ts');

/** The calls of a block; lines that call something else, or pipe, are not ours to run. */
export function callsOf(block: Block): Call[] {
  const lines = block.text.trimEnd().split('\n');
  if (block.language === 'sh') {
    return lines.flatMap((line) => callOf(line, undefined) ?? []);
  }
  if (block.language !== 'console') return [];
  const calls: Call[] = [];
  lines.forEach((line, at) => {
    if (!line.startsWith('$ ')) return;
    const rest = lines.slice(at + 1);
    const next = rest.findIndex((other) => other.startsWith('$ '));
    const shown = (next < 0 ? rest : rest.slice(0, next)).join('\n').trimEnd();
    calls.push(...(callOf(line.slice(2), shown === '' ? undefined : shown) ?? []));
  });
  return calls;
}

function callOf(line: string, shown: string | undefined): Call[] | undefined {
  const command = line.replace(/\s+#.*$/, '').trim();
  if (!COMMAND.test(command) || /[|<>;&]/.test(command)) return undefined;
  const argv = (command.replace(COMMAND, '').match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, '$2'),
  );
  return [{ line, argv, shown }];
}

/** Runs a call in test/docs-fixtures and gives what it prints on either stream, and its exit status. */
export async function runCall(call: Call): Promise<{ printed: string; errors: string; status: number }> {
  const { main } = jest.requireActual<{ main: Main }>(SOURCE);
  const printed: string[] = [];
  const errors: string[] = [];
  const status = await main(call.argv, {
    stdin: () => '',
    out: (text) => printed.push(text),
    err: (text) => errors.push(text),
    cwd: join(ROOT, 'test', 'docs-fixtures'),
    isTty: false,
    env: {},
  });
  return { printed: printed.join('').trimEnd(), errors: errors.join(''), status };
}
