import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const FOLDER = 'test/field/inputs';

/** Runs a verb on an input of the field; standard error without the folder. */
async function ask(words: readonly string[], ...inputs: readonly string[]): Promise<Run> {
  const paths = inputs.map((input) => `${FOLDER}/${input}.yaml`);
  const { status, out, err } = await run([...words, ...paths], { cwd: ROOT });
  return { status, out: out.replaceAll(`${FOLDER}/`, ''), err: err.replaceAll(`${FOLDER}/`, '') };
}

/** The verdict of `can`, with what it printed on standard error. */
async function verdict(words: readonly string[], input: string): Promise<[string, string]> {
  const { out, err } = await ask(['can', ...words], input);
  return [out.split(':', 1)[0] ?? '', err];
}

async function findings(input: string): Promise<readonly { rule: string; severity: string }[]> {
  const { out } = await ask(['check', '-o', 'json'], input);
  return (JSON.parse(out) as { findings: readonly { rule: string; severity: string }[] }).findings;
}

describe('the settings of a control plane are read, whatever text stands beside them', () => {
  const target = 'shop/pod/web:8080';

  it.each(['00-linkerd-config'])('%s: trust domain, default policy, networks', async (input) => {
    expect(await verdict(['unmeshed', target], input)).toEqual(['deny', '']);
    expect(await verdict(['web.shop.serviceaccount.identity.linkerd.corp.example', target], input)).toEqual([
      'allow',
      '',
    ]);
    const { out } = await ask(['map', '-o', 'json'], input);
    const { clients } = JSON.parse(out) as { clients: { kind: string; set: { boxes: object[] } }[] };
    expect(clients.find(({ kind }) => kind === 'unmeshed')?.set.boxes).toMatchObject([
      { networks: ['10.0.0.0/8', '172.16.0.0/12'] },
    ]);
  });

  it('linkerd-config-template: every verb', async () => {
    for (const words of [
      ['map'],
      ['check'],
      ['authz'],
      ['break-in'],
      ['rollout'],
      ['init', '--dry-run', '--out', 'x'],
    ]) {
      const { status, err } = await ask(words, 'linkerd-config-template', '11-map-foreign-identities');
      expect([words, status === 2, err.includes('template')]).toEqual([words, false, false]);
    }
  });

  it('a placeholder in a value that is read is still refused', async () => {
    const text = readFileSync(join(ROOT, FOLDER, '00-linkerd-config.yaml'), 'utf8');
    const { status, err } = await run(['map', '-'], {
      stdin: text.replace('10.0.0.0/8,172.16.0.0/12', '{{ .Values.networks }}'),
    });
    expect(status).toBe(2);
    expect(err).toContain('clusterNetworks');
  });
});

describe('what kubectl takes is read', () => {
  it('a key that stands twice: the last counts, and a note says so', async () => {
    const { out, err, status } = await ask(['map'], '02-duplicate-key');
    expect(status).toBe(0);
    expect(out).toContain('deployment/web: 4191 (linkerd-admin), 8080 and any other port');
    expect(err).toMatch(
      /^note: 02-duplicate-key\.yaml:\d+:\d+: the key "spec" appears twice in the same mapping/,
    );
  });

  it('brackets that hold a text of two lines', async () => {
    const { err, status } = await ask(['check'], '03-complex-key-misread');
    expect([status, err]).toEqual([0, '']);
  });

  it('a placeholder in the annotations of a Gateway', async () => {
    const { out, status } = await ask(['map'], '05-gateway-annotation-placeholder');
    expect(status).toBe(0);
    expect(out).toContain('pod/web: 4191 (linkerd-admin), 8080 and any other port');
  });

  it('annotations and labels without a value, which are empty', async () => {
    const { out, err, status } = await ask(['map'], '18-null-annotation');
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('deployment/web: 4191 (linkerd-admin), 8080 and any other port');
  });

  it('newer versions and fields of the Gateway API: no error, and nothing is called refused', async () => {
    const found = await findings('04-gateway-api-1.5');
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found.map(({ rule }) => rule)).not.toContain('refused-by-admission');
    const { err, status } = await ask(['break-in'], '04-gateway-api-1.5', '11-map-foreign-identities');
    expect([status, err]).toEqual([1, '']);
  });
});

describe('what the webhook takes counts', () => {
  it('a CIDR with leading zeros', async () => {
    expect(await verdict(['10.1.2.3', 'zz/pod/w:8080'], 'cidr-zeros')).toEqual(['allow', '']);
    expect(await verdict(['192.168.1.1', 'zz/pod/w:8080'], 'cidr-zeros')).toEqual(['deny', '']);
  });

  it('a route with an annotation of the outbound side', async () => {
    const api = ['10.1.2.3', 'fa/pod/w:8080', '--path', '/api'];
    expect(await verdict(api, 'failure-accrual')).toEqual(['allow', '']);
    expect(await verdict([...api.slice(0, -1), '/other'], 'failure-accrual')).toEqual(['not-found', '']);
  });

  it('a filter with members that its type does not name', async () => {
    expect(await verdict(['10.1.2.3', 'fx/pod/w:8080', '--path', '/'], 'filter-extra-member')).toEqual([
      'allow',
      '',
    ]);
  });

  it.each([
    ['22-regex-of-rust', '/files/abc'],
    ['22b-regex-of-rust', '/ab'],
  ])('the regular expression of %s', async (input, path) => {
    const { out, status } = await ask(['break-in'], input);
    expect(status).toBe(1);
    expect(out).toContain('1. anyone outside shop');
    expect(out).toMatch(/^ {5}by {4}authorizationpolicy\/x-pub/m);
    const [told] = await verdict(['10.1.2.3', 'shop/deploy/web:8080', '--path', path], input);
    expect(told).toBe('allow');
  });
});

describe('a namespace that the input does not have is a typo, for every verb that asks for one', () => {
  it.each(['check', 'authz', 'break-in', 'map'])('%s', async (verb) => {
    const { status, out, err } = await ask([verb, '-n', 'shopp'], '45-check-namespace-typo');
    expect([status, out, err]).toEqual([
      2,
      '',
      'error: the manifests have no namespace shopp; they have shop; did you mean "shop"?\n',
    ]);
  });

  it('check of the right one finds what there is', async () => {
    const { status, out } = await ask(['check', '-n', 'shop'], '45-check-namespace-typo');
    expect(status).toBe(1);
    expect(out).toContain('workload-unmeshed');
  });
});
