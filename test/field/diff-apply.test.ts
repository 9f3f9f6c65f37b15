import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIn } from '../helpers/in-folder';
import { run, wordsOf } from '../helpers/command';
import { ROOT } from '../helpers/paths';

/** `diff` of a dump and what is to be applied to it (B16, B26), and what is a reason (B16, B35, B29). */
const DUMP = readFileSync(join(ROOT, 'test', 'fixtures', 'follow', 'cluster.yaml'), 'utf8');
const JAIL = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { jail: closed }, annotations: { note: x, other: z, config.linkerd.io/default-inbound-policy: deny } }
`;
const FILES = { 'old.yaml': DUMP, 'new.yaml': JAIL };
const NOTE = 'if NEW is to be applied onto OLD, add --apply';

const diff = async (files: Record<string, string>, ...words: string[]): ReturnType<typeof runIn> =>
  runIn(files, ['diff', 'old.yaml', 'new.yaml', ...words]);

describe('diff --apply compares OLD with NEW applied onto it', () => {
  it('nothing is gone, and what the Namespace keeps stays', async () => {
    const { status, out, err } = await diff(FILES, '--apply');
    expect(status).toBe(1);
    expect(out).toContain('closed to');
    expect(out).not.toMatch(/is gone|changed its mesh status/);
    expect(err).toBe('');
  });

  it('its commands replay on OLD and NEW together', async () => {
    const { out } = await diff(FILES, '--apply');
    const [, line = ''] = /try +(namespace-jail can .*?) {2}\(old: allow, new: deny\)/.exec(out) ?? [];
    expect(line).toContain(' old.yaml new.yaml');
    expect((await runIn(FILES, wordsOf(line))).out).toMatch(/^deny:/);
  });

  it('without it, a note says that most of OLD counts as gone', async () => {
    const { out, err } = await diff(FILES);
    expect(out).toContain('the workload is gone');
    expect(err).toContain(
      `note: NEW lacks 5 of the 5 workloads of OLD, which therefore count as gone; ${NOTE}`,
    );
  });

  it('no note where little is gone, or nothing', async () => {
    const fewer = DUMP.slice(0, DUMP.lastIndexOf('apiVersion: apps/v1'));
    expect((await diff({ 'old.yaml': DUMP, 'new.yaml': fewer })).err).not.toContain(NOTE);
    expect((await diff({ 'old.yaml': DUMP, 'new.yaml': DUMP })).err).not.toContain(NOTE);
  });
});

describe('the reasons of diff', () => {
  it('name first what Linkerd reads, and never what servers write', async () => {
    const { out } = await diff(FILES, '--apply');
    expect(out).toContain(
      'because  namespace/shop changed in metadata.annotations["config.linkerd.io/default-inbound-policy"]',
    );
    expect(out).not.toMatch(
      /creationTimestamp|managedFields|resourceVersion|metadata\.uid|generation|status/,
    );
  });

  it('two dumps that differ in what servers write differ in nothing', async () => {
    const later = DUMP.replaceAll('2025-11-01', '2025-12-01')
      .replace(/uid: \w+/g, 'uid: other')
      .replace('generation: 3', 'generation: 9, managedFields: [], resourceVersion: "7"')
      .replace('replicas: 2 }', 'replicas: 1, observedGeneration: 9 }');
    const { status, out } = await diff({ 'old.yaml': DUMP, 'new.yaml': later });
    expect(out).toContain('nothing differs in who gets in');
    expect(status).toBe(0);
  });

  it('of a label that the server gives every Namespace nothing follows', async () => {
    const labelled = DUMP.replace(
      'labels: { team: blue }',
      'labels: { team: blue, kubernetes.io/metadata.name: shop }',
    );
    expect((await diff({ 'old.yaml': DUMP, 'new.yaml': labelled })).out).toContain('nothing differs');
  });

  it('a 404 is told apart from a 403', async () => {
    const policy = (name: string, spec: string, kind: string, version: string): string =>
      `---\napiVersion: policy.linkerd.io/${version}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
    const server = policy(
      'http',
      '{ podSelector: { matchLabels: { app: web } }, port: http, proxyProtocol: HTTP/1, accessPolicy: all-unauthenticated }',
      'Server',
      'v1beta3',
    );
    const ref = '{ group: policy.linkerd.io, kind: Server, name: http }';
    const route = policy(
      'metrics',
      `{ parentRefs: [${ref}], rules: [{ matches: [{ path: { value: /metrics } }] }] }`,
      'HTTPRoute',
      'v1beta3',
    );
    const { out } = await diff({ 'old.yaml': DUMP + server, 'new.yaml': DUMP + server + route });
    expect(out).toContain('(was allowed, now answered with 404)');
    const closed = DUMP + server.replace('all-unauthenticated', 'deny');
    expect((await diff({ 'old.yaml': DUMP + server, 'new.yaml': closed })).out).toContain(
      '(was allowed, now denied)',
    );
  });
});

describe('diff in a review', () => {
  const many = Array.from({ length: 400 }, (_, index) => `n${index}`);
  const open = many
    .map(
      (name) => `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, annotations: { linkerd.io/inject: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${name} }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: x }] } } }
---
`,
    )
    .join('');
  const shut = open.replaceAll('enabled }', 'enabled, config.linkerd.io/default-inbound-policy: deny }');

  it('has few sentences first, and all entries folded away', async () => {
    const { out } = await diff(FILES, '--apply', '-o', 'markdown');
    const [head = '', rest = ''] = out.split('<details>');
    expect(head).not.toMatch(/because|try/);
    expect(rest).toMatch(/because .*\n {2}- try /);
  });

  it('is cut by whole entries to what a comment may have, and says how many', async () => {
    const { out } = await diff({ 'old.yaml': open, 'new.yaml': shut }, '-o', 'markdown');
    expect(out.length).toBeLessThanOrEqual(65_536);
    const [, left, total] = /(\d+) of (\d+) entries are left out/.exec(out) ?? [];
    expect(Number(total)).toBeGreaterThan(100);
    const [, folded = ''] = out.split('<details>');
    expect(Number(left) + (folded.match(/^- /gm)?.length ?? 0)).toBe(Number(total));
    expect(out.match(/<details>/g)).toHaveLength(out.match(/<\/details>/g)?.length ?? 0);
  });

  it('is whole where there is room', async () => {
    const { out } = await run(['diff', 'emojivoto-app.yaml', 'emojivoto-app.yaml', '-o', 'markdown']);
    expect(out).not.toContain('left out');
  });
});
