import { assumptions } from '../../lib/verdict/assumptions';
import { clusterOf, pod, workloadOf } from '../helpers/manifests';

it('an answer assumes that a Namespace which is not in the input has no annotations, and says so once', () => {
  const bank = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: bank }\n---\n';
  const cluster = clusterOf(bank + pod('web', '{ name: a, image: x }'));
  const said = (...more: readonly string[]): readonly string[] =>
    assumptions(cluster, workloadOf(cluster), (name) => `${name} is taken to have none`, more);
  expect(said()).toEqual(['shop is taken to have none']);
  expect(said('shop', 'bank', 'club')).toEqual(['shop is taken to have none', 'club is taken to have none']);
});
