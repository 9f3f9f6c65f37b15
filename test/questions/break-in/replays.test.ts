import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { clusterWith, objects } from '../../arbitrary/cluster';
import { run, wordsOf } from '../../helpers/command';
import { commandLawRuns, leastOf } from '../../helpers/laws';
import { DOCS_FIXTURES, FIXTURES, ROOT } from '../../helpers/paths';
import { isGrant, type OpenObject } from '../../helpers/coverage';
import { JAILED_NAMESPACE, JAILED_POD } from '../../helpers/shop';

interface Way {
  readonly verdict: string;
  readonly verified: boolean;
  readonly witnesses: readonly { readonly command: string; readonly verdict: string }[];
}
interface Report {
  readonly jails: readonly { readonly workloads: number; readonly waysIn: readonly Way[] }[];
}
interface Answers {
  readonly answers: readonly { readonly verdict: string }[];
  readonly coverage: { readonly notJudged: readonly OpenObject[] };
}
/** Runs every command that a report prints; returns how many there were. */
async function replayed(stdin: string, ...words: string[]): Promise<number> {
  const { out, status } = await run(['break-in', '-', '-o', 'json', ...words], { stdin });
  if (status === 2) return 0;
  // A jail without workloads has no pod to try anything with.
  const ways = (JSON.parse(out) as Report).jails.flatMap(({ workloads, waysIn }) =>
    workloads === 0 ? [] : waysIn,
  );
  const text = await run(['break-in', '-', ...words], { stdin });
  let count = 0;
  for (const { verdict: way, verified, witnesses } of ways) {
    // What cannot be tried is not printed.
    expect(witnesses.length > 0).toBe(verified);
    for (const { command, verdict } of witnesses) {
      const other = verdict === way ? '' : `  (${verdict})`;
      expect(text.out).toContain(`try   ${command}${other}\n`);
      const answer = await run([...wordsOf(command), '-o', 'json'], { stdin });
      const { answers, coverage } = JSON.parse(answer.out) as Answers;
      // What was not judged fails a question that is answered with yes, unless it could only admit more
      const expected = coverage.notJudged.every(isGrant) ? 0 : 1;
      if (way !== 'depends') expect([command, answer.status]).toEqual([command, expected]);
      const verdicts = answers.map((one) => one.verdict);
      expect([command, new Set(verdicts)]).toEqual([command, new Set([verdict])]);
      count += 1;
    }
  }
  return count;
}

const JAIL = `
${JAILED_NAMESPACE}
---
${JAILED_POD}
`;

const AUDITED = `${JAIL}---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1, accessPolicy: audit }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: callers }
`;

const FOLDERS = [FIXTURES, DOCS_FIXTURES, join(ROOT, 'test', 'field', 'inputs')];
const inputs = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes('suite'))
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile())
    .sort(),
);

describe('every command that break-in prints gives the verdict that it prints', () => {
  it('on the inputs of the tests and of the field', async () => {
    let count = 0;
    for (const file of inputs) count += await replayed(readFileSync(file, 'utf8'));
    expect(count).toBeGreaterThan(40);
  });

  it('on random clusters, whatever namespace is asked for', async () => {
    const runs = commandLawRuns(60);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(objects, async (all) => {
        const names = clusterWith(all).namespaceNames();
        const text = all.map((object) => dump(object)).join('---\n');
        count += await replayed(text, ...names.flatMap((name) => ['-n', name]));
      }),
      { numRuns: runs },
    );
    expect(count).toBeGreaterThan(leastOf(runs, 2 * runs));
  });

  const http = 'targetRef: { group: policy.linkerd.io, kind: Server, name: http }';
  it.each([
    [
      'a MeshTLSAuthentication',
      `${http}, requiredAuthenticationRefs: [{ kind: MeshTLSAuthentication, group: policy.linkerd.io, name: it }]`,
    ],
    [
      'a NetworkAuthentication',
      `${http}, requiredAuthenticationRefs: [{ kind: NetworkAuthentication, group: policy.linkerd.io, name: it }]`,
    ],
    [
      'an HTTPRoute',
      'targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: it }, requiredAuthenticationRefs: []',
    ],
  ])('with `depends` where audit mode lets in whom %s that the input lacks may allow', async (_, spec) => {
    const text = `${AUDITED}spec: { ${spec} }\n`;
    const { out } = await run(['break-in', '-'], { stdin: text });
    expect(out).toContain('(let in and logged: audit)');
    expect(out).toMatch(/try {3}namespace-jail can .* {2}\(depends\)\n/);
    expect(await replayed(text)).toBeGreaterThan(0);
  });

  it('but for a route whose requests nobody found, which is said to be assumed', async () => {
    const text = `
${JAILED_NAMESPACE}
---
${JAILED_POD}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: odd }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
  rules: [{ matches: [{ headers: [{ type: RegularExpression, name: x, value: '[^\\x00-\\x{10FFFF}]' }] }] }]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: odd }
spec:
  targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: odd }
  requiredAuthenticationRefs: []
`;
    const { out } = await run(['break-in', '-'], { stdin: text });
    expect(out).toContain('found no request that matches this route');
    expect(out).not.toContain('try ');
  });
});
