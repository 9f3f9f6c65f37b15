/** The floors of the house, from the ground up: a room imports only from rooms on floors below its own. */
exports.FLOORS = [
  ['imports', 'lib/basics'],
  ['lib/kubernetes'],
  ['lib/linkerd'],
  ['lib/signals'],
  ['lib/workloads'],
  ['lib/manifests', 'lib/constructs'],
  ['lib/admission'],
  ['lib/cluster', 'lib/sets'],
  ['lib/verdict'],
  ['lib/traffic'],
  ['lib/rules'],
  ['lib/findings', 'lib/questions'],
  ['lib/input', 'lib/report'],
  ['lib/plugin', 'lib/testing'],
  ['lib/cli'],
];

/**
 * The rooms of lib/ that may use Node: they read, write or are loaded by tools. Every other room is the core, which a
 * browser can load; lint and a test keep it that way.
 */
exports.EDGES = ['constructs', 'input', 'plugin', 'testing', 'cli'];
