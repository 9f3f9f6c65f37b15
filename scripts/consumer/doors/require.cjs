const { NamespaceJail } = require('cdk8s-namespace-jail');
const { Cluster } = require('cdk8s-namespace-jail/analysis');
const packageJson = require('cdk8s-namespace-jail/package.json');
const { check } = require('./check.cjs');

check('require', NamespaceJail, Cluster, packageJson);
