import { readFileSync } from 'node:fs';
import ts from 'typescript';

describe('a default policy that is added', () => {
  const path = 'lib/linkerd/default-policy.ts';
  const now = readFileSync(path, 'utf8');
  const named = now.replace("  | 'audit';", "  | 'audit'\n  | 'same-namespace';");
  const row = (fields: string): string =>
    named.replace(/^ {2}audit: .*$/m, `$&\n  'same-namespace': { ${fields} },`);

  it.each([
    [
      'compiles with a row',
      row("who: 'identities', from: 'everywhere', meantToKeepOut: 'unmeshed'"),
      undefined,
    ],
    ['does not compile without a row', named, '"same-namespace"\' is missing'],
    [
      'does not compile unless its row says whom it admits',
      row("from: 'everywhere', meantToKeepOut: 'unmeshed'"),
      "Property 'who' is missing",
    ],
    [
      'does not compile unless its row says from where',
      row("who: 'identities', meantToKeepOut: 'unmeshed'"),
      "Property 'from' is missing",
    ],
  ])('%s', (_, text, expected) => {
    expect(text).not.toBe(now);
    expect(typeErrors(path, text)).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });
});

/** What the compiler says about a file if this were its text. */
function typeErrors(path: string, text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target, ...rest) =>
    name === path ? ts.createSourceFile(name, text, target) : read(name, target, ...rest);
  const program = ts.createProgram([path], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
