import { stringLiteral } from '../../basics/typescript';
import { comment } from '../init/typescript-code';
import { exceptionEntry, usedExceptionNames } from './exception-code';
import type { ExceptionProposal } from './proposals';

/** A file of the app. */
export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

/** An exception to add, and why. */
export interface AppAddition {
  readonly proposal: ExceptionProposal;
  /** Who was denied, in words. */
  readonly why: string;
}

export interface Patched {
  /** Only those that changed. */
  readonly files: readonly CodeFile[];
  readonly added: readonly { readonly addition: AppAddition; readonly path: string; readonly line: number }[];
  /** What could not be added, and why not. */
  readonly left: readonly { readonly addition: AppAddition; readonly because: string }[];
}

const PACKAGE = 'cdk8s-namespace-jail';
const INDENT = '      ';

/** The word that marks an exception that came from a denial, for whoever reviews the app. */
const MARK = 'DENIED';

/** Adds exceptions to the jails of an app in the form that `init` writes, each with a comment that says why it is there. */
export function patchApp(files: readonly CodeFile[], additions: readonly AppAddition[]): Patched {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const added: Patched['added'][number][] = [];
  const left: Patched['left'][number][] = [];
  for (const addition of additions) {
    const { namespace, code } = addition.proposal;
    if (code === undefined) {
      left.push({
        addition,
        because: 'a construct opens whole ports, so it cannot say this; apply the objects',
      });
      continue;
    }
    const home = [...texts].find(([, text]) => jailAt(text.split('\n'), namespace) !== undefined);
    if (home === undefined) {
      left.push({
        addition,
        because: `no file has a NamespaceJail for ${namespace} with a list of exceptions, as init writes them`,
      });
      continue;
    }
    const [path, text] = home;
    const lines = text.split('\n');
    const { end, isEmpty, start } = jailAt(lines, namespace) ?? { end: 0, start: 0, isEmpty: false };
    const entry = exceptionEntry(code, INDENT).split('\n');
    if (`${lines.slice(start, end).join('\n')}\n`.includes(`${entry.join('\n')}\n`)) {
      left.push({ addition, because: `${path} has it already` });
      continue;
    }
    const own = [...comment(`${MARK}: ${addition.why}`, INDENT), ...entry];
    if (isEmpty) lines.splice(end, 1, '    exceptions: [', ...own, '    ],');
    else lines.splice(end, 0, ...own);
    texts.set(path, withImports(lines, usedExceptionNames(code)).join('\n'));
    added.push({ addition, path, line: end + 1 + (isEmpty ? 1 : 0) });
  }
  return {
    files: [...texts].flatMap(([path, text]) =>
      files.some((file) => file.path === path && file.text !== text) ? [{ path, text }] : [],
    ),
    added,
    left,
  };
}

interface Place {
  /** The first line of the jail. */
  readonly start: number;
  /** Where entries end: the bracket, or the empty list. */
  readonly end: number;
  readonly isEmpty: boolean;
}

/** Where a jail's exceptions are listed; `undefined` if there is no such jail. */
function jailAt(lines: readonly string[], namespace: string): Place | undefined {
  const named = `    namespace: ${stringLiteral(namespace)},`;
  const start = lines.findIndex(
    (line, at) => /^ {2}(?:const \w+ = )?new NamespaceJail\(/.test(line) && lines[at + 1] === named,
  );
  if (start < 0) return undefined;
  const close = lines.findIndex((line, at) => at > start && line === '  });');
  const list = lines.findIndex(
    (line, at) => at > start && at < close && /^ {4}exceptions: \[\]?,?$/.test(line),
  );
  if (list < 0) return undefined;
  if (/\]/.test(lines[list] ?? '')) return { start, end: list, isEmpty: true };
  const end = lines.findIndex((line, at) => at > list && at < close && line === '    ],');
  return end < 0 ? undefined : { start, end, isEmpty: false };
}

function withImports(lines: readonly string[], names: readonly string[]): readonly string[] {
  return lines.map((line) => {
    const [, inner] = new RegExp(`^import \\{ ([^}]*) \\} from '${PACKAGE}';$`).exec(line) ?? [];
    if (inner === undefined) return line;
    const all = [...new Set([...inner.split(', '), ...names])].sort();
    return `import { ${all.join(', ')} } from '${PACKAGE}';`;
  });
}
