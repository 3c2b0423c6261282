// House rules of docs/decisions and CONTRIBUTING, as lint. Every suppression in the code states its reason.
import tseslint from 'typescript-eslint';

/** Globals that hide time, chance, network or processes; the files that own them are listed below. */
const OWNED = [
  { object: 'Date', property: 'now', message: 'Take a clock (kernel/clock.ts).' },
  {
    object: 'Math',
    property: 'random',
    message: 'Take ids or randomness as an argument (kernel/ids.ts).',
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', '**/fixtures/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      'max-lines': ['error', { max: 400 }],
      complexity: ['error', 12],
      'no-restricted-properties': ['error', ...OWNED],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Take fetch as an argument; kernel/http owns it.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:child_process',
              message: 'Only the files listed in eslint.config.mjs start processes.',
            },
            { name: 'child_process', message: 'Use node: imports, and only where listed.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Take a clock (kernel/clock.ts).',
        },
      ],
      eqeqeq: 'error',
      curly: 'off',
    },
  },
  {
    // The owners of processes, time and network.
    files: [
      'src/kernel/sql/embedded/**',
      'src/kernel/process.ts',
      'src/kernel/clock.ts',
      'src/kernel/ids.ts',
      'src/kernel/http/**',
      'src/main.ts',
      'test/**',
      'bench/**',
      'tools/**',
      '**/*.test.ts',
    ],
    rules: {
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
    },
  },
  {
    files: ['src/kernel/clock.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**', 'bench/**', 'tools/**', '**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: [
                'test',
                'it',
                'describe',
                'suite',
                'before',
                'after',
                'beforeEach',
                'afterEach',
              ],
              package: 'node:test',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  { files: ['**/*.mjs', '**/*.cjs', 'bin/*'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.mjs', '**/*.cjs', 'bin/*', '*.config.*'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-globals': 'off',
    },
  },
);
