/**
 * Jest's `filter`: the one test file that `suites-first-runner.mjs` asks for, which runs in this process; or all of them
 * if it asks for none.
 *
 * @param {readonly string[]} paths
 */
module.exports = (paths) => {
  const wanted = globalThis.mutationTestFile ?? '';
  return { filtered: paths.filter((path) => path.endsWith(wanted)) };
};
