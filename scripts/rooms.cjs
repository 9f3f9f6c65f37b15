/**
 * The rooms of lib/ that may use Node: they read, write or are loaded by tools. Every other room is the core, which a
 * browser can load; lint and a test keep it that way.
 */
exports.EDGES = ['constructs', 'input', 'plugin', 'testing', 'cli'];
