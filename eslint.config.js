import tseslint from 'typescript-eslint';

/** The only files that may read the environment: the processes' entry points. */
const ENTRY_POINTS = [
  'src/server.ts',
  'src/worker.ts',
  'src/migrate.ts',
  'src/seed-demo.ts',
  'src/cli.ts',
  'src/prepare-engine.ts',
  'src/is-healthy.ts',
  'src/rotate-keys.ts',
  'scripts/**',
  'test/**',
  '*.config.ts',
];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'src/generated',
      '.data',
      'scenarios',
      'coverage',
      '**/*.mjs',
      '**/*.cjs',
      '*.js',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 250 }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only entry points read the environment; pass Config on.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration',
          message: 'No barrels: import from the file that owns the thing.',
        },
      ],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  { files: ENTRY_POINTS, rules: { 'no-restricted-properties': 'off' } },
);
