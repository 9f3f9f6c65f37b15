import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './helpers/command';
import { expectGolden } from './helpers/golden';
import { ROOT } from './helpers/paths';

/**
 * The end of Linkerd's guide (step 7), from the log line to the answer: a second copy of the application runs in
 * emojivoto-2, and its vote-bot still calls the first one's web. `examples/emojivoto/vote-bot.log` is what web's proxy
 * says of it.
 */
const APP = 'examples/emojivoto/golden/emojivoto.k8s.yaml';
const LOG = 'examples/emojivoto/vote-bot.log';
const ask = (...more: string[]): ReturnType<typeof run> =>
  run(['denied', APP, '--from', LOG, '-n', 'emojivoto', ...more], { cwd: ROOT });

it('who was that, should it get in, and what is the line to add', async () => {
  const { status, out } = await ask();
  expect(status).toBe(1);
  expectGolden('denied/emojivoto.txt', out);
  expect(out).toContain(
    'denied, still so: emojivoto-2/serviceaccount/default -> emojivoto/deployment/web:8080',
  );
  expect(out).toContain(
    "jail.addException({ port: 'http', clients: [Client.serviceAccount('emojivoto-2', 'default')] });",
  );
  expect(out).toContain('every pod of namespace emojivoto-2 that names no ServiceAccount is this client');
});

it('with the exception the intruder votes, and with nothing else it does not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'story-'));
  try {
    const exception = join(folder, 'exception.yaml');
    writeFileSync(exception, (await ask('-o', 'yaml')).out);
    const bot = 'emojivoto-2/serviceaccount/default';
    const can = (...manifests: string[]): ReturnType<typeof run> =>
      run(['can', bot, 'emojivoto/web-svc:80', ...manifests], { cwd: ROOT });
    expect((await can(APP)).out).toMatch(/^deny: /);
    expect((await can(APP, exception)).out).toMatch(/^allow: /);
    const copy = join(folder, 'app.yaml');
    writeFileSync(copy, `${readFileSync(join(ROOT, APP), 'utf8')}\n---\n${readFileSync(exception, 'utf8')}`);
    const { out } = await run(['diff', join(ROOT, APP), copy], { cwd: ROOT });
    expect(out).toContain('1 opened');
    expect(out).toMatch(/opened to ServiceAccount default in emojivoto-2: .*web 8080 \(http\)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
