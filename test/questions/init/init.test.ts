import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';
import type { Options } from 'prettier';
import * as prettier from 'prettier/standalone';
import tseslint from 'typescript-eslint';
import { Cluster } from '../../../lib/cluster/cluster';
import type { Workload } from '../../../lib/cluster/workload';
import { backendsOf } from '../../../lib/cluster/services';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { configuredCalls } from '../../../lib/traffic/configured-calls';
import { findings } from '../../../lib/findings/run-rules';
import type { ClientReference } from '../../../lib/verdict/client';
import { decide } from '../../../lib/verdict/decide';
import type { Verdict } from '../../../lib/verdict/decision';
import { RAW_CONNECTION } from '../../../lib/verdict/request';
import { waysIn } from '../../../lib/questions/break-in/outcome';
import { codeOf, enforced, jailed, manifestsOf, typeErrors } from './init-app';
import { ROOT } from '../../helpers/paths';

const EMOJIVOTO = '../shared/manifests/emojivoto.yml';
const hasEmojivoto = existsSync(join(ROOT, EMOJIVOTO));
if (!hasEmojivoto) console.warn('../shared/manifests IS MISSING: init is not tried on Emojivoto itself');

const inputs = [
  { name: 'the shop', path: 'test/fixtures/init/shop.yaml' },
  ...(hasEmojivoto ? [{ name: 'Emojivoto', path: EMOJIVOTO }] : []),
];

const FORMAT: Options = {
  parser: 'typescript',
  plugins: [estree, typescript],
  singleQuote: true,
  printWidth: 110,
};
const LINT = [
  ...tseslint.configs.recommended,
  { files: ['**/*.ts'], rules: { '@typescript-eslint/consistent-type-imports': 'error' } },
] as Linter.Config[];

describe.each(inputs)('the app that init writes for $name', ({ path }) => {
  const manifests = manifestsOf(path);
  const app = jailed(manifests, { inject: true });
  const closed = jailed(manifests, { inject: true }, enforced);

  it('compiles under the strict options of `cdk8s init`', () => expect(typeErrors(app.files)).toEqual([]));

  it('is formatted and lints', async () => {
    for (const { path: file, text } of codeOf(app.files)) {
      expect(await prettier.format(text, FORMAT)).toBe(text);
      expect(new Linter().verify(text, LINT, file)).toEqual([]);
    }
  });

  it('is the same, byte for byte, in whatever order the manifests come', () => {
    expect(jailed([...manifests].reverse(), { inject: true }).files).toEqual(app.files);
  });

  it('synthesizes objects that a cluster admits', () => expect(app.cluster.refused).toEqual([]));

  it('never has two Servers for one port of one pod', () => {
    for (const workload of closed.cluster.workloads) {
      expect(closed.cluster.portOwnership(workload).shadowed).toEqual([]);
    }
  });

  it('lets everybody in at first, and outsiders by nothing but audit', () => {
    const verdicts = new Set(outsiderVerdicts(app.cluster));
    expect(verdicts).toEqual(new Set(['audit']));
  });

  it('keeps outsiders out once audit is over', () => {
    expect(new Set(outsiderVerdicts(closed.cluster))).toEqual(new Set(['deny']));
  });

  it('lets in everybody whom the manifests name as a caller, audit or not', () => {
    expect(callerVerdicts(app.cluster)).toEqual(callerVerdicts(closed.cluster));
    expect(new Set(callerVerdicts(closed.cluster).map(({ verdict }) => verdict))).toEqual(new Set(['allow']));
  });

  it('lets the namespace itself use every port behind a Service that is not for metrics', () => {
    expect(new Set(peerVerdicts(closed.cluster))).toEqual(new Set(['allow']));
  });

  it('adds nothing that `check` calls an error, but for placeholders that wait for the networks of nodes', () => {
    const before = errorsOf(Cluster.fromObjects(manifests));
    const added = errorsOf(closed.cluster).filter((error) => !before.includes(error));
    const isPlaceholder = (error: string): boolean =>
      /192\.0\.2\.0\/24.* is reserved for documentation, so nobody has such an address/.test(error);
    expect(added.filter((error) => !isPlaceholder(error))).toEqual([]);
  });
});

/** Every port that a Service leads to in a jailed namespace. */
function servedPorts(cluster: Cluster): { workload: Workload; number: number; isForMetrics: boolean }[] {
  return cluster.namespaceNames().flatMap((namespace) =>
    cluster.servicesIn(namespace).flatMap((service) =>
      backendsOf(cluster, service)
        .filter(({ workload }) => workload.injection.meshed)
        .map(({ workload, number, servicePort: { name = '' } }) => ({
          workload,
          number,
          isForMetrics: /metrics|prom/.test(name),
        })),
    ),
  );
}

function errorsOf(cluster: Cluster): string[] {
  const errors = findings(cluster).filter(({ severity }) => severity === 'error');
  return errors.map(({ rule, text }) => `${rule}: ${text}`);
}

function outsiderVerdicts(cluster: Cluster): Verdict[] {
  const strangers = [
    { ip: '10.9.9.9', tls: 'none' },
    { ip: '10.9.9.9', tls: 'mesh', identity: 'x.strangers.serviceaccount.identity.linkerd.cluster.local' },
  ] as const;
  return servedPorts(cluster).flatMap(({ workload, number }) =>
    strangers.map((stranger) => verdictOf(cluster, workload, number, stranger)),
  );
}

/** The verdict for a request in what the port speaks. */
function verdictOf(cluster: Cluster, workload: Workload, number: number, client: ClientReference): Verdict {
  const { protocol: mode } = cluster.inboundPolicy(workload, number);
  const version = mode === 'grpc' || mode === 'http2' ? 'HTTP/2' : 'HTTP/1';
  const request = { method: 'POST', path: '/shop.Ledger/Book', version } as const;
  const traffic =
    mode === 'opaque' || mode === 'tls' ? RAW_CONNECTION : ({ kind: 'request', request } as const);
  return decide(cluster, { ...workload, port: number }, client, traffic).verdict;
}

function callerVerdicts(cluster: Cluster): { call: string; verdict: Verdict }[] {
  const { calls } = configuredCalls(cluster, cluster.workloads);
  return calls.flatMap(({ caller, backends, because }) =>
    backends.map(({ workload, number }) => ({
      call: `${because} -> ${workload.name}:${number}`,
      verdict: verdictOf(cluster, workload, number, { workload: caller }),
    })),
  );
}

function peerVerdicts(cluster: Cluster): Verdict[] {
  return servedPorts(cluster)
    .filter(({ isForMetrics }) => !isForMetrics)
    .flatMap(({ workload, number }) =>
      cluster.workloads
        .filter((peer) => peer.namespace === workload.namespace && peer.injection.meshed)
        .map((peer) => verdictOf(cluster, workload, number, { workload: peer })),
    );
}

describe('break-in on the enforced jails', () => {
  it.each(inputs)('finds no way into $name beside the declared exceptions', ({ path }) => {
    const { cluster, plan } = jailed(manifestsOf(path), { inject: true }, enforced);
    const surfaces = breakIn(cluster);
    expect(surfaces.map(({ jail }) => jail.namespace).sort()).toEqual(
      plan.namespaces.map(({ namespace }) => namespace).sort(),
    );
    expect(waysIn(surfaces)).toEqual([]);
  });
});
