import { join } from 'node:path';
import { run } from '../helpers/command';

const cwd = join(__dirname, 'inputs');
const FILE = 'metrics-route-kills-app.yaml';

describe('a route for Prometheus, behind which the application is gone (B29)', () => {
  it('check finds it', async () => {
    const { status, out } = await run(['check', FILE, '--fail-on', 'warning', '-o', 'json'], { cwd });
    expect(status).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { rule: string; text: string }[] };
    expect(findings.filter(({ rule }) => rule === 'route-takes-the-rest-away')).toMatchObject([
      {
        text: expect.stringContaining('gets 404 for anything else, such as GET /.') as string,
      },
    ]);
  });

  it('can says in its headline that most requests get 404', async () => {
    const { out } = await run(['can', 'shop/sa/web', 'shop/deploy/api:8080', FILE], { cwd });
    expect(out.split('\n')[0]).toBe(
      'allow: shop/sa/web may reach shop/deployment/api:8080, by authorizationpolicy/http-ns, but only with requests of httproute/metrics: all others get 404',
    );
  });
});
