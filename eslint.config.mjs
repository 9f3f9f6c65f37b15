import tseslint from 'typescript-eslint';
import rooms from './scripts/rooms.cjs';

export default tseslint.config(
  {
    ignores: [
      'build/',
      'imports/',
      '**/*.generated.ts',
      'node_modules/',
      'manifests/',
      'coverage/',
      'reports/',
      '.stryker-tmp/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      // `typeof import()` is how the command loads its verbs only when they are called
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    // What Node has and browsers lack; modules are held off by `core-is-pure` in .dependency-cruiser.cjs
    files: ['lib/*/**/*.ts'],
    ignores: rooms.EDGES.map((name) => `lib/${name}/**`),
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'global', '__dirname', '__filename', 'setImmediate', 'clearImmediate'].map(
          (name) => ({
            name,
            message: 'The core runs in a browser; let an edge hand it in (scripts/rooms.cjs).',
          }),
        ),
      ],
    },
  },
  {
    // What leaves is made in one place; elsewhere a cast would let a name through as it is.
    files: ['lib/**/*.ts'],
    ignores: ['lib/report/wording/printable.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSTypeReference[typeName.name="Printable"]',
          message: 'printable() makes a text that may leave.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'picocolors', message: 'Colours are those of report/wording/colors.' }] },
      ],
    },
  },
  {
    files: ['lib/report/wording/colors.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
