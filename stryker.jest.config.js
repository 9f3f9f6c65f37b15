// The tests that speak of the engine, for the mutants that the suites leave alive (scripts/mutation).
process.env.LAWS_RUNS ??= '6';

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  filter: '<rootDir>/scripts/mutation/one-test-file.cjs',
  testMatch: [
    '<rootDir>/test/linkerd/**/*.test.ts',
    '<rootDir>/test/workloads/**/*.test.ts',
    '<rootDir>/test/cluster/**/*.test.ts',
    '<rootDir>/test/sets/**/*.test.ts',
    '<rootDir>/test/verdict/**/*.test.ts',
  ],
};
