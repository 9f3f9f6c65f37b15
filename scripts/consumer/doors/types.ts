import type { NamespaceJailProps } from 'cdk8s-namespace-jail';
import { Cluster, CONNECTION } from 'cdk8s-namespace-jail/analysis';

export const props: NamespaceJailProps = { namespace: 'shop', ports: [] };
export const verdict: 'allow' | 'audit' | 'deny' | 'not-found' | 'depends' = Cluster.load([]).decide(
  'shop/pod/web:80',
  '8.8.8.8',
  CONNECTION,
).verdict;
