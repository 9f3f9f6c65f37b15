const assert = require('node:assert');

/** Both entry points work, and there is no other way in. */
exports.check = (how, NamespaceJail, Cluster, { name }) => {
  const cluster = Cluster.load([
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [] } },
  ]);
  assert.strictEqual(cluster.decide('shop/pod/web:80', '8.8.8.8').verdict, 'allow');
  assert.strictEqual(typeof NamespaceJail, 'function');
  assert.strictEqual(name, 'cdk8s-namespace-jail');
  assert.throws(() => require('cdk8s-namespace-jail/build/lib/cluster/cluster.js'), {
    code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  });
  console.log(`${how}: both entry points work`);
};
