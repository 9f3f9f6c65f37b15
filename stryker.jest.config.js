// The tests that speak of the engine: mutants of other rooms are not made, so other tests would only cost time.
process.env.LAWS_RUNS ??= '6';

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: [
    '<rootDir>/test/linkerd/**/*.test.ts',
    '<rootDir>/test/cluster/**/*.test.ts',
    '<rootDir>/test/verdict/**/*.test.ts',
    '<rootDir>/test/suites.test.ts',
  ],
};
