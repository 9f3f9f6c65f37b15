import { NamespaceJail } from 'cdk8s-namespace-jail';
import { Cluster } from 'cdk8s-namespace-jail/analysis';
import packageJson from 'cdk8s-namespace-jail/package.json' with { type: 'json' };
import { check } from './check.cjs';

check('import', NamespaceJail, Cluster, packageJson);
