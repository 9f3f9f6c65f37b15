import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const FOLDER = 'test/field/inputs';

it('authz names who comes past the proxy by skip-subnets, not everyone', async () => {
  const { out } = await run(['authz', `${FOLDER}/01-skip-subnets.yaml`, '-o', 'wide'], { cwd: ROOT });
  const [row = ''] = out.split('\n').filter((line) => line.includes('skip-subnets'));
  expect(row).toContain('everyone from 0.0.0.0/0');
});

it('authz has all clients of a row in JSON, in the files or not', async () => {
  const { out } = await run(['authz', `${FOLDER}/11-map-foreign-identities.yaml`, '-o', 'json'], {
    cwd: ROOT,
  });
  const { workloads } = JSON.parse(out) as {
    workloads: readonly { rows: readonly { authorization?: string; set: { boxes: object[] } }[] }[];
  };
  const row = workloads[0]?.rows.find(({ authorization }) => authorization === 'authorizationpolicy/x');
  expect(row?.set.boxes).toMatchObject([
    { unmeshed: false, tlsWithoutIdentity: false, identities: [{ text: '*.corp.example', except: [] }] },
  ]);
});
