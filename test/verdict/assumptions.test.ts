import { assumptions } from '../../lib/verdict/assumptions';
import { clusterOf, pod, workloadOf } from '../helpers/manifests';

it('an answer assumes that a Namespace which is not in the input has no annotations, and says so once', () => {
  const bank = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: bank }\n---\n';
  const cluster = clusterOf(bank + pod('web', '{ name: a, image: x }'));
  const said = (...more: readonly string[]): readonly string[] =>
    assumptions(cluster, workloadOf(cluster), (lack) => lack, more);
  expect(said()).toEqual(['the input has no Namespace shop']);
  expect(said('shop', 'bank', 'club')).toEqual([
    'the input has no Namespace shop',
    'the input has no Namespace club',
  ]);
});

it('nor does one that admission refuses, which is another thing to say', () => {
  const shop =
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { a: "no label value!" } }\n---\n';
  const cluster = clusterOf(shop + pod('web', '{ name: a, image: x }'));
  expect(assumptions(cluster, workloadOf(cluster), (lack) => lack)).toEqual([
    'of Namespace shop the input has only a document which admission refuses (manifests.yaml:1)',
  ]);
});
