/**
 * Tests are transpiled file by file (`isolatedModules` in tsconfig.json); types are checked by `npm run check`.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/test/regex-engine.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  moduleNameMapper: {
    // Examples in the documentation import the package by its name
    '^cdk8s-namespace-jail$': '<rootDir>/lib/index.ts',
    '^cdk8s-namespace-jail/(.*)$': '<rootDir>/lib/$1.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/[.]stryker-tmp/'],
  maxWorkers: 2,
  // A guard against hanging, not a measurement: a thousand random cases on a busy machine take their time
  testTimeout: 60_000,
};
