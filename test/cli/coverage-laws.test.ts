import fc from 'fast-check';
import type { KubeObject } from '../../lib/kubernetes/object';
import { objects } from '../arbitrary/cluster';
import { run } from '../helpers/command';
import { commandLawRuns, leastOf } from '../helpers/laws';

interface Report {
  readonly coverage: {
    readonly whole: boolean;
    readonly notJudged: { readonly cause: string; readonly object: { readonly kind: string } }[];
  };
}

/** A cluster in which some object may be one that admission refuses, or pods may ask for another proxy. */
const spoilt = fc
  .record({ all: objects, at: fc.nat(12), how: fc.constantFrom('label', 'proxy', 'workloads') })
  .map(({ all, at, how }) =>
    how === 'workloads'
      ? all.filter(({ kind }) => kind !== 'Pod' && kind !== 'Deployment' && kind !== 'ExternalWorkload')
      : all.map((object, index) => (index === at ? spoil(object, how) : object)),
  );

function spoil(object: KubeObject, how: 'label' | 'proxy'): KubeObject {
  const metadata =
    how === 'label'
      ? { ...object.metadata, labels: { 'bad label': 'x' } }
      : {
          ...object.metadata,
          annotations: { ...object.metadata.annotations, 'config.linkerd.io/proxy-version': 'x' },
        };
  return { ...object, metadata };
}

function list(items: readonly KubeObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

const numRuns = commandLawRuns(150);

it.each([
  ['break-in', ['break-in', '-o', 'json', '-']],
  ['check', ['check', '-o', 'json', '-']],
])('%s never exits with 0 while something was not judged', async (_, argv) => {
  const met = { whole: 0, open: 0 };
  await fc.assert(
    fc.asyncProperty(spoilt, async (all) => {
      const { out, status } = await run(argv, { stdin: list(all) });
      if (status === 2) return;
      const { coverage } = JSON.parse(out) as Report;
      met[coverage.whole ? 'whole' : 'open'] += 1;
      if (!coverage.whole) expect(status).toBe(1);
    }),
    { numRuns },
  );
  expect(met.open).toBeGreaterThan(leastOf(numRuns, 10));
  expect(met.whole).toBeGreaterThan(leastOf(numRuns, 10));
});

it('can exits with 0 only where the client surely gets in, and with --any with 1 only where surely nothing does', async () => {
  const met = { open: 0 };
  await fc.assert(
    fc.asyncProperty(spoilt, async (all) => {
      const workload = all.find(({ kind }) => kind === 'Pod' || kind === 'Deployment');
      if (workload === undefined) return;
      const { namespace = '', name } = workload.metadata;
      const to = `${namespace}/${workload.kind.toLowerCase()}/${name}:8080`;
      const ask = (...more: string[]) =>
        run(['can', 'unmeshed', to, '--ip', '10.1.2.3', '-o', 'json', '-', ...more], { stdin: list(all) });
      const [every, any] = [await ask(), await ask('--any')];
      if (every.status === 2) return;
      const { coverage } = JSON.parse(every.out) as Report;
      if (coverage.whole) return;
      met.open += 1;
      expect(any.status).toBe(0);
      const couldClose = coverage.notJudged.some(
        ({ cause, object }) => cause !== 'refused' || object.kind === 'Server',
      );
      if (couldClose) expect(every.status).toBe(1);
    }),
    { numRuns },
  );
  expect(met.open).toBeGreaterThan(leastOf(numRuns, 5));
});
