import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const INPUT = 'test/field/inputs/10-headless.yaml';

async function can(to: string, ...words: readonly string[]): Promise<[string, number | null]> {
  const { out, err, status } = await run(['can', 'shop/sa/web', to, ...words, INPUT], { cwd: ROOT });
  return [`${out}${err}`.trim(), status];
}

describe('who calls a headless Service connects to the port of the pod', () => {
  it('which is the container port, though the Service has another', async () => {
    const [said, status] = await can('shop/db:5432');
    expect(said).toContain(
      'allow: shop/sa/web may reach shop/statefulset/db:5432, by authorizationpolicy/db',
    );
    expect(status).toBe(0);
  });

  it("not the Service's port: there is no Server for that one of the pod", async () => {
    const [said, status] = await can('shop/db:80');
    expect(said).toContain('deny: shop/sa/web may not reach shop/statefulset/db:80');
    expect(status).toBe(1);
  });

  it('by the name of the Service port it is the target port, which is what DNS says', async () => {
    expect((await can('shop/db:sql'))[0]).toContain('shop/statefulset/db:5432');
  });

  it('an ordinary Service translates', async () => {
    const text = readFileSync(join(ROOT, INPUT), 'utf8').replace('clusterIP: None, ', '');
    const ask = (to: string): ReturnType<typeof run> => run(['can', 'shop/sa/web', to, '-'], { stdin: text });
    expect((await ask('shop/db:80')).out).toContain('allow: shop/sa/web may reach shop/statefulset/db:5432');
    expect((await ask('shop/db:5432')).err).toContain('has no TCP port "5432"; it has sql');
  });

  it('one that selects nothing is an error', async () => {
    const text = readFileSync(join(ROOT, INPUT), 'utf8').replace(
      'selector: { app: db }, ports',
      'selector: { app: x }, ports',
    );
    const { err, status } = await run(['can', 'shop/sa/web', 'shop/db:5432', '-'], { stdin: text });
    expect([status, err.trim()]).toEqual([2, 'error: Service shop/db selects no workload in the manifests']);
  });
});
