import { Cluster } from '../../lib/analysis';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const TRAP = `${ROOT}/test/field/inputs/trap`;

/** A port that speaks HTTP closes what is not HTTP; a test of that would be green whatever the policy says. */
describe('a question without a request, about a port that is open to everyone', () => {
  it('fails in a suite that expects strangers to stay out', async () => {
    const { status, out } = await run(['test', 'suite.yaml'], { cwd: TRAP });
    expect(status).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "suite.yaml:5 the-shop-is-closed strangers-stay-out: expected deny, got allow by default/all-unauthenticated on server/http: default/all-unauthenticated admits this client [server/http (open.yaml:12); route default/default; default/all-unauthenticated]
      0 passed, 1 failed
      judged 1 workload of 1 namespace; not judged: 0
      "
    `);
  });

  it('has the answer of can in a program', () => {
    const cluster = Cluster.load([`${TRAP}/open.yaml`]);
    expect(cluster.decide('shop/pod/api:8080', 'unmeshed')).toMatchObject({
      verdict: 'allow',
      because: 'default/all-unauthenticated admits this client',
    });
    expect(cluster.access('shop/pod/api:8080').allow.isAll).toBe(true);
  });
});
