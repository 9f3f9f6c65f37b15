import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const INPUT = 'test/field/inputs/44-suppression-hides-other-workloads.yaml';

interface Report {
  readonly findings: readonly { readonly rule: string; readonly object?: { readonly name: string } }[];
  readonly suppressed: readonly { readonly object?: { readonly name: string } }[];
}

async function check(stdin: string, ...more: string[]): Promise<{ status: number | null; report: Report }> {
  const { status, out } = await run(['check', '-', '-o', 'json', ...more], { cwd: ROOT, stdin });
  return { status, report: JSON.parse(out) as Report };
}

const names = (all: readonly { readonly object?: { readonly name: string } }[]): string[] =>
  all.map(({ object }) => object?.name ?? '-');

describe('accepting a finding of one object hides no other object', () => {
  it('one unmeshed workload of three, by its annotation', async () => {
    const { status, out } = await run(['check', INPUT, '-o', 'json'], { cwd: ROOT });
    const { findings, suppressed } = JSON.parse(out) as Report;
    expect(status).toBe(1);
    expect(names(findings.filter(({ rule }) => rule === 'workload-unmeshed'))).toEqual(['bbb', 'ccc']);
    expect(names(suppressed)).toEqual(['aaa']);
  });

  const SERVERS = ['a', 'b']
    .map(
      (name) => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: ${name}, annotations: { ANNOTATION-${name}: 'server-selects-nothing: kept apart' } }
spec: { podSelector: {}, port: 80 }`,
    )
    .join('\n---');
  const accepted = (...which: string[]): string =>
    which.reduce((text, name) => text.replace(`ANNOTATION-${name}`, 'namespace-jail/ignore'), SERVERS);

  it.each([
    ['the first', ['a'], ['a']],
    ['the last', ['b'], ['a']],
    ['neither', [], ['a']],
    ['both', ['a', 'b'], []],
  ])('one note about two Servers stays unless both accept it: %s does', async (_, which, expected) => {
    const { report } = await check(accepted(...which), '--rule', 'server-selects-nothing');
    expect(names(report.findings.filter(({ rule }) => rule === 'server-selects-nothing'))).toEqual(expected);
  });

  const POD = (name: string, annotations: string): string => `
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: ${name}, annotations: { linkerd.io/inject: enabled${annotations} }, labels: { app: ${name} } }
spec: { containers: [{ name: app, image: app }] }
---`;
  const IGNORED = ", namespace-jail/ignore: 'port-open-by-default: known'";
  const SERVER = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: { matchLabels: { app: a } }, port: 80 }`;

  it.each([
    ['one', IGNORED, '', 1],
    ['each', IGNORED, IGNORED, 0],
  ])('a note about all pods of a namespace stays unless each accepts it: %s does', async (_, a, b, count) => {
    const { report } = await check(POD('a', a) + POD('b', b) + SERVER, '--rule', 'port-open-by-default');
    expect(report.findings).toHaveLength(count);
  });
});
